using Aigc.Artifacts;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Jobs;

/// <summary>Plans a job for hosts that said what they can do.</summary>
internal static class JobPlanner
{
    /// <summary>The most pictures of a call: references to all that they need and give still fit a message of 16 KB.</summary>
    public const int MaxGroup = 8;

    /// <summary>The most requests of a job: what an orchestrator has to know of them fits a message of 16 KB.</summary>
    public const int MaxRequests = 128;

    /// <summary>Refuses what no host could carry out.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>, with every fault.</exception>
    public static void Check(GenerationJob job, EngineCapabilities capabilities)
    {
        CheckLength(job);
        RequestValidator.ThrowIfFaulty(job, capabilities);
    }

    /// <summary>Refuses a job of too many requests.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>.</exception>
    public static void CheckLength(GenerationJob job)
    {
        if (job.Requests.Count > MaxRequests)
            throw new FaultException(FaultKind.BadRequest, $"{job.Requests.Count} requests are more than a job's {MaxRequests}: send several jobs");
    }

    /// <summary>Decides how a checked job is carried out.</summary>
    /// <param name="reference">The manifest's.</param>
    /// <param name="manifest">The manifest, with capabilities.</param>
    /// <param name="planner">Chooses the plan.</param>
    public static PlannedJob Plan(ArtifactRef reference, JobManifest manifest, IChainPlanner planner)
    {
        var (job, open) = (manifest.Job, new OpenJob(manifest));
        var texts = open.Texts.Index().ToDictionary(pair => pair.Item, pair => pair.Index);
        var images = open.Images.Index().ToDictionary(pair => pair.Item.Sha256, pair => pair.Index);
        var decision = planner.Decide(
            job, open.Capabilities with { PreferredBatch = Math.Min(open.Capabilities.PreferredBatch, MaxGroup) });
        var requests = new List<SlimRequest>();
        var next = 0;
        foreach (var request in job.Requests)
        {
            var first = open.Pictures[next];
            next += request.Count;
            requests.Add(new SlimRequest(
                texts[request.Prompt], texts[request.NegativePrompt], request.Count, first.Width, first.Height, first.Steps, first.Guided,
                first.Enhance, request.Image is { } image ? images[image.Sha256] : null));
        }

        return new PlannedJob(reference, decision with { GroupSize = Math.Clamp(decision.GroupSize, 1, MaxGroup) }, requests)
        {
            Degrade = job.Degrade is { Count: > 0 } order
                ? new SlimDegrade(order, open.Capabilities.SizeMultiple, open.Capabilities.MinSize)
                : null,
        };
    }
}
