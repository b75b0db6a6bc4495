using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Aigc.Artifacts;

namespace Aigc.Inference.Chain.Tests;

/// <summary>A caller that notes what it is told.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore without a wait handle holds nothing.")]
internal sealed class NotingCaller : IChainObserver
{
    private readonly SemaphoreSlim _stored = new(0);
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes once the call is taken in; says whether it joined another's picture.</summary>
    public Task WhenAccepted => _accepted.Task;

    public bool Joined { get; private set; }

    public ConcurrentQueue<(int Done, int Steps)> Steps { get; } = [];

    public ConcurrentQueue<(int Picture, int Step, ArtifactRef Artifact)> Previews { get; } = [];

    public ConcurrentQueue<(int Picture, int Step, ArtifactRef Artifact)> Checkpoints { get; } = [];

    public ConcurrentQueue<(int Picture, PictureMade Made)> Pictures { get; } = [];

    public void Accepted(double queuedSeconds, double computeSeconds, bool joined)
    {
        Joined = joined;
        _accepted.TrySetResult();
    }

    public void Progress(int stepsDone, int steps) => Steps.Enqueue((stepsDone, steps));

    public void Preview(int picture, int step, ArtifactRef artifact)
    {
        Previews.Enqueue((picture, step, artifact));
        _stored.Release();
    }

    public void Checkpoint(int picture, int step, ArtifactRef artifact)
    {
        Checkpoints.Enqueue((picture, step, artifact));
        _stored.Release();
    }

    public void Picture(int picture, PictureMade made) => Pictures.Enqueue((picture, made));

    /// <summary>
    /// For the code under test: waits until it is told of so many more previews and checkpoints. They are written beside the steps, and a
    /// picture that is done does not wait for them.
    /// </summary>
    public void WaitUntilStored(int count)
    {
        for (; count > 0; count--)
            Assert.True(_stored.Wait(TimeSpan.FromSeconds(60)));
    }

    /// <summary>Progress rises without a step back, never passes the total, and ends on it.</summary>
    public void AssertProgressEndsAt(int steps)
    {
        Assert.Equal((steps, steps), Steps.Last());
        Assert.All(Steps, told => Assert.Equal(steps, told.Steps));
        Assert.Equal(Steps.Select(told => told.Done).Order().Distinct(), Steps.Select(told => told.Done));
    }
}
