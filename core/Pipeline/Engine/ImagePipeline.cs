using Aigc.Artifacts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Engine;

/// <summary>The chain, written once for every engine.</summary>
public static class ImagePipeline
{
    /// <summary>Carries a job out.</summary>
    /// <param name="context">The engine's replay-safe surface.</param>
    /// <param name="job">A validated job whose seeds are drawn.</param>
    public static async Task<PipelineResult> RunAsync(IPipelineContext context, GenerationJob job)
    {
        var pictures = PictureSpec.Expand(job.Requests, context.Capabilities);
        var plan = ChainPlanner.Decide(job, context.Capabilities);
        context.SetPlan(plan, pictures.Sum(p => p.Steps));

        var groups = pictures
            .GroupBy(p => (p.Width, p.Height))
            .SelectMany(sameSize => sameSize.Chunk(plan.GroupSize))
            .Select(group => plan.Plan switch
            {
                ChainPlan.Fused => FusedAsync(context, group),
                ChainPlan.Staged => StagedAsync(context, group),
                _ => throw new ArgumentOutOfRangeException(nameof(job), plan.Plan, "unknown plan"),
            })
            .ToArray();
        var outputs = await Task.WhenAll(groups).ConfigureAwait(true);
        return new PipelineResult(
            [.. outputs.SelectMany(o => o.Pictures).OrderBy(p => p.Index)],
            plan,
            [.. outputs.SelectMany(o => o.Truncated).Select(t => t.Message).Distinct()],
            [.. outputs.SelectMany(o => o.Spans)]);
    }

    private static async Task<ChainOutput> FusedAsync(IPipelineContext context, IReadOnlyList<PictureSpec> group)
    {
        var output = await context.CallAsync(StageCalls.RunChain, new ChainInput(group)).ConfigureAwait(true);
        context.AddPictures(output.Pictures);
        return output;
    }

    private static async Task<ChainOutput> StagedAsync(IPipelineContext context, IReadOnlyList<PictureSpec> group)
    {
        var found = await context.CallAsync(StageCalls.Find, new FindInput(group)).ConfigureAwait(true);
        context.AddPictures(found.Pictures);
        var there = found.Pictures.Select(p => p.Index).ToHashSet();
        PictureSpec[] missing = [.. group.Where(p => !there.Contains(p.Index))];
        if (missing.Length == 0)
            return new ChainOutput(found.Pictures, []) { Spans = found.Spans };

        string[] texts = [.. missing.SelectMany(p => p.Texts).Distinct()];
        var understanding = context.CallAsync(StageCalls.Understand, new UnderstandInput(texts));
        var preparing = PrepareAsync(context, missing);
        await Task.WhenAll(understanding, preparing).ConfigureAwait(true);
        var understood = await understanding.ConfigureAwait(true);
        var (latents, prepared) = await preparing.ConfigureAwait(true);
        var embeddings = texts.Zip(understood.Embeddings).ToDictionary(pair => pair.First, pair => pair.Second);
        var generated = await context.CallAsync(StageCalls.Generate, new GenerateInput(missing, embeddings, latents)).ConfigureAwait(true);
        var enhanced = await context.CallAsync(StageCalls.Enhance, new EnhanceInput(missing, generated.Bases)).ConfigureAwait(true);
        context.AddPictures(enhanced.Pictures);
        return new ChainOutput([.. found.Pictures, .. enhanced.Pictures], understood.Truncated)
        {
            Spans = [.. found.Spans, .. understood.Spans, .. prepared, .. generated.Spans, .. enhanced.Spans],
        };
    }

    /// <summary>The latents of input pictures by the index of the pictures made of them, null where none has one, and the call's spans.</summary>
    private static async Task<(IReadOnlyDictionary<int, ArtifactRef>? Latents, IReadOnlyList<StageSpan> Spans)> PrepareAsync(
        IPipelineContext context, PictureSpec[] pictures)
    {
        // A group has one size, so pictures of one image share its latent.
        ArtifactRef[] images = [.. pictures.Select(p => p.Image).OfType<ArtifactRef>().DistinctBy(i => i.Sha256)];
        if (images.Length == 0)
            return (null, []);
        PreparePicture[] wanted = [.. images.Select(image => new PreparePicture(image, pictures[0].Width, pictures[0].Height))];
        var output = await context.CallAsync(StageCalls.Prepare, new PrepareInput(wanted)).ConfigureAwait(true);
        var latents = images.Zip(output.Latents).ToDictionary(pair => pair.First.Sha256, pair => pair.Second);
        return (pictures.Where(p => p.Image is not null).ToDictionary(p => p.Index, p => latents[p.Image!.Sha256]), output.Spans);
    }
}
