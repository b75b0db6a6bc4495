using System.Collections.Concurrent;
using Aigc.Inference.Batching;

namespace Aigc.Inference.Tests.Batching;

/// <summary>Notes what a picture's observer is told.</summary>
internal sealed class NotingObserver : IDenoiseObserver
{
    public Func<int, bool> PreviewAt { get; init; } = static _ => false;

    public Func<int, bool> CheckpointAt { get; init; } = static _ => false;

    public ConcurrentQueue<int> Steps { get; } = [];

    public ConcurrentQueue<(int Step, float[] Latent)> Previews { get; } = [];

    public ConcurrentQueue<DenoiseCheckpoint> Checkpoints { get; } = [];

    public void Stepped(int step) => Steps.Enqueue(step);

    public bool WantsPreview(int step) => PreviewAt(step);

    public void Preview(int step, float[] latent) => Previews.Enqueue((step, latent));

    public bool WantsCheckpoint(int step) => CheckpointAt(step);

    public void Checkpoint(DenoiseCheckpoint checkpoint) => Checkpoints.Enqueue(checkpoint);
}
