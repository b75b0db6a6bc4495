using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Jobs;

/// <summary>A planned manifest, with what its numbers stand for.</summary>
internal sealed class OpenJob
{
    public OpenJob(JobManifest manifest)
    {
        var capabilities = manifest.Capabilities ?? throw new FaultException(FaultKind.Internal, "a job's stages were called before its plan");
        Capabilities = capabilities;
        Pictures = PictureSpec.Expand(manifest.Job.Requests, capabilities);
        Texts = [.. manifest.Job.Requests.SelectMany(r => new[] { r.Prompt, r.NegativePrompt }).Distinct()];
        PreviewEverySteps = manifest.Job.PreviewEverySteps;
        Images = [.. manifest.Job.Requests.Select(r => r.Image).OfType<ArtifactRef>().DistinctBy(i => i.Sha256)];
    }

    public EngineCapabilities Capabilities { get; }

    public IReadOnlyList<PictureSpec> Pictures { get; }

    /// <summary>Every prompt and negative prompt, each once.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>As <see cref="GenerationJob.PreviewEverySteps"/>.</summary>
    public int PreviewEverySteps { get; }

    /// <summary>Every input picture, each once.</summary>
    public IReadOnlyList<ArtifactRef> Images { get; }
}
