using Aigc.Artifacts;

namespace Aigc.Inference.Chain.Tests.Determinism;

/// <summary>A caller that listens to nothing.</summary>
internal sealed class Nobody : IChainObserver
{
    public static Nobody Instance { get; } = new();

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
}
