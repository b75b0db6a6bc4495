using Aigc.Artifacts;

namespace Aigc.Inference.Chain;

/// <summary>Told how a call goes. Members are called from any thread, and must not block or throw.</summary>
public interface IChainObserver
{
    /// <summary>It was taken in.</summary>
    /// <param name="queuedSeconds">Compute ahead of it, in seconds, as learned.</param>
    /// <param name="computeSeconds">Compute it takes, likewise; 0 where nothing was learned yet.</param>
    /// <param name="joined">Whether another call is making some of its pictures already.</param>
    void Accepted(double queuedSeconds, double computeSeconds, bool joined);

    /// <summary>Denoising steps were done.</summary>
    /// <param name="stepsDone">Over all pictures; steps of found pictures count as done.</param>
    /// <param name="steps">In all.</param>
    void Progress(int stepsDone, int steps);

    /// <summary>A preview was stored.</summary>
    /// <param name="picture">The picture's place in the call, from 0.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="artifact">A WebP file of the generated size.</param>
    void Preview(int picture, int step, ArtifactRef artifact);

    /// <summary>A checkpoint was stored.</summary>
    /// <param name="picture">The picture's place in the call, from 0.</param>
    /// <param name="step">Steps done.</param>
    /// <param name="artifact">The checkpoint.</param>
    void Checkpoint(int picture, int step, ArtifactRef artifact);

    /// <summary>A picture is stored.</summary>
    /// <param name="picture">The picture's place in the call, from 0.</param>
    /// <param name="made">It.</param>
    void Picture(int picture, PictureMade made);
}
