using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Chain.Tests.Determinism;

/// <summary>Calls of other people that come, and go before they are done, at random steps of the picture that is watched.</summary>
/// <param name="host">The host they share with it.</param>
/// <param name="picture">The picture that is watched: they are of its size.</param>
/// <param name="random">Decides who comes and goes.</param>
internal sealed class Strangers(ShippedHost host, PictureOrder picture, Random random) : IChainObserver
{
    private readonly ConcurrentBag<Task> _calls = [];
    private readonly List<CancellationTokenSource> _fickle = [];
    private readonly Lock _gate = new();

    /// <summary>Called once so many of the picture's steps are done.</summary>
    public Action<int>? Stepped { get; init; }

    public ArtifactRef? LastCheckpoint { get; private set; }

    public void Accepted(double queuedSeconds, double computeSeconds, bool joined) => Come();

    public void Progress(int stepsDone, int steps)
    {
        lock (_gate)
        {
            if (random.Next(2) == 0)
                Come();
            if (_fickle.Count > 0 && random.Next(2) == 0)
                Go(_fickle[random.Next(_fickle.Count)]);
        }

        Stepped?.Invoke(stepsDone);
    }

    public void Preview(int picture, int step, ArtifactRef artifact)
    {
    }

    public void Checkpoint(int picture, int step, ArtifactRef artifact) => LastCheckpoint = artifact;

    public void Picture(int picture, PictureMade made)
    {
    }

    /// <summary>Sends everybody away.</summary>
    public async Task LeaveAsync()
    {
        lock (_gate)
        {
            foreach (var call in _fickle.ToArray())
                Go(call);
        }

        foreach (var call in _calls)
        {
            try
            {
                await call;
            }
            catch (OperationCanceledException)
            {
            }
            catch (FaultException e) when (e.Kind == FaultKind.Unavailable)
            {
                // The host drained, as the scenario has it.
            }
        }
    }

    private void Come()
    {
        lock (_gate)
        {
            PictureOrder[] orders = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => picture with
            {
                Prompt = $"{random.Next(9)} strangers",
                Seed = random.NextInt64(),
                Steps = random.Next(1, 12),
                Guidance = random.Next(1, 3) * 2.5f - 1.5f,
                Scheduler = SchedulerCatalog.Names[random.Next(SchedulerCatalog.Names.Count)],
                Enhance = false,
            })];
            var cancel = new CancellationTokenSource();
            _fickle.Add(cancel);
            _calls.Add(Task.Run(() => host.Chain.RunAsync(new ChainCall("", orders), Nobody.Instance, cancel.Token)));
        }
    }

    // Not here, where the batcher's own thread may be: whoever is cancelled runs on.
    private void Go(CancellationTokenSource call)
    {
        _fickle.Remove(call);
        _calls.Add(call.CancelAsync());
    }
}
