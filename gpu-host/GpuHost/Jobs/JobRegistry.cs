using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.GpuHost.Requests;
using Aigc.GpuHost.Telemetry;
using Aigc.Inference.Chain;

namespace Aigc.GpuHost.Jobs;

/// <summary>The calls under way: each runs on its own, so that it can outlive its caller's connection and be ended by its id.</summary>
internal sealed class JobRegistry(PictureChain chain, HostTelemetry telemetry, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, Job> _jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _short = new();
    private readonly CancellationTokenSource _drain = new();

    /// <summary>Whether new calls are turned away.</summary>
    public bool Draining => _drain.IsCancellationRequested;

    /// <summary>Cancelled once new calls are turned away.</summary>
    public CancellationToken Drained => _drain.Token;

    /// <summary>Calls under way, those that end with their caller among them.</summary>
    public int Count => _jobs.Count + _short.Count;

    /// <summary>Starts a call.</summary>
    /// <returns>Its events; the id ends it.</returns>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the host is about to end.</exception>
    public (string Id, EventStream Events) Start(ChainCall call)
    {
        ThrowIfDraining();
        var id = Guid.CreateVersion7(time.GetUtcNow()).ToString("n");
        var events = new EventStream(id, time);
        var (cancel, discard) = (new CancellationTokenSource(), new CancellationTokenSource());
        var begin = new TaskCompletionSource();
        _jobs[id] = new Job(cancel, discard, RunAsync());
        // Whoever waits until no call is under way may have looked before this one was there: it must not begin then.
        if (Draining)
        {
            begin.SetCanceled();
            ThrowIfDraining();
        }

        begin.SetResult();
        return (id, events);

        async Task RunAsync()
        {
            try
            {
                await begin.Task.ConfigureAwait(false);
                var measured = telemetry.Begin();
                var outcome = await chain.RunAsync(call with { Discarded = discard.Token }, events, cancel.Token).ConfigureAwait(false);
                events.End(outcome.ToLedger(telemetry.End(measured, call.Model, outcome.Spans)));
            }
            catch (Exception e)
            {
                events.Fail(e);
            }
            finally
            {
                _jobs.TryRemove(id, out _);
            }
        }
    }

    /// <summary>Ends a call within one denoising step.</summary>
    /// <param name="id">The call's id.</param>
    /// <param name="discard">Whether its caller says so and will not ask again, so that its checkpoints go; false for one that is lost.</param>
    /// <returns>False where it is not under way.</returns>
    public bool Cancel(string id, bool discard = false)
    {
        if (!_jobs.TryGetValue(id, out var job))
            return false;
        if (discard)
            job.Discard.Cancel();
        job.Cancel.Cancel();
        return true;
    }

    /// <summary>Makes a call that ends with its caller, and that the host's end waits for.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the host is about to end.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        ThrowIfDraining();
        var begin = new TaskCompletionSource();
        var running = BegunAsync();
        _short[running] = true;
        try
        {
            // As with a job: whoever waits until no call is under way may have looked before this one was there.
            if (Draining)
            {
                begin.SetCanceled();
                ThrowIfDraining();
            }

            begin.SetResult();
            return await running.ConfigureAwait(false);
        }
        finally
        {
            _short.TryRemove(running, out _);
        }

        async Task<T> BegunAsync()
        {
            await begin.Task.ConfigureAwait(false);
            return await call().ConfigureAwait(false);
        }
    }

    /// <summary>Turns new calls away from now on.</summary>
    public void Drain() => _drain.Cancel();

    /// <summary>Waits until no call is under way, however each ends.</summary>
    public async Task WhenIdleAsync() =>
        await Task.WhenAll([.. _jobs.Values.Select(static job => job.Running), .. _short.Keys]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <inheritdoc/>
    public void Dispose() => _drain.Dispose();

    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the host is about to end.</exception>
    public void ThrowIfDraining()
    {
        if (Draining)
            throw new FaultException(FaultKind.Unavailable, "the host is about to end: send the request to another host");
    }

    private sealed record Job(CancellationTokenSource Cancel, CancellationTokenSource Discard, Task Running);
}
