using Aigc.Artifacts;
using Aigc.Inference.Batching;
using Aigc.Inference.Chain;
using Aigc.Inference.Costs;
using Aigc.Inference.Stages;

namespace Aigc.Benchmarks;

/// <summary>Hears everything and does nothing.</summary>
internal sealed class SilentObserver : IChainObserver, IDenoiseObserver, IWorkLog
{
    public static SilentObserver Instance { get; } = new();

    public void Accepted(double queuedSeconds, double computeSeconds, bool joined)
    {
    }

    public void Progress(int stepsDone, int steps)
    {
    }

    public void Preview(int picture, int step, ArtifactRef artifact)
    {
    }

    public void Checkpoint(int picture, int step, ArtifactRef artifact)
    {
    }

    public void Picture(int picture, PictureMade made)
    {
    }

    public void Stepped(int step)
    {
    }

    public bool WantsPreview(int step) => false;

    public void Preview(int step, float[] latent)
    {
    }

    public bool WantsCheckpoint(int step) => false;

    public void Checkpoint(DenoiseCheckpoint checkpoint)
    {
    }

    public void Note(Work work, long queuedAt, long startedAt, long endedAt)
    {
    }
}
