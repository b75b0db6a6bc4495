using Aigc.Inference.Batching;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>Wants neither previews nor checkpoints.</summary>
/// <param name="stepped">Called after each step, on the batcher's thread.</param>
internal sealed class StepObserver(Action stepped) : IDenoiseObserver
{
    public void Stepped(int step) => stepped();

    public bool WantsPreview(int step) => false;

    public void Preview(int step, float[] latent)
    {
    }

    public bool WantsCheckpoint(int step) => false;

    public void Checkpoint(DenoiseCheckpoint checkpoint)
    {
    }
}
