using Aigc.Artifacts;

namespace Aigc.Inference.Chain.Flights;

/// <summary>Adds up for one call what its flights do.</summary>
/// <param name="observer">The caller's.</param>
/// <param name="steps">Denoising steps of all its pictures.</param>
/// <param name="previewEverySteps">0 for none.</param>
internal sealed class CallProgress(IChainObserver observer, int steps, int previewEverySteps)
{
    private readonly Lock _gate = new();
    private int _done;

    public IChainObserver Observer => observer;

    public bool WantsPreview(int step) => previewEverySteps > 0 && step % previewEverySteps == 0;

    public void Stepped(int by)
    {
        if (by == 0)
            return;
        // Counted and told in one, so that a smaller count is never told after a larger one.
        lock (_gate)
            observer.Progress(_done += by, steps);
    }

    public void Preview(int place, int step, ArtifactRef artifact)
    {
        if (WantsPreview(step))
            observer.Preview(place, step, artifact);
    }
}
