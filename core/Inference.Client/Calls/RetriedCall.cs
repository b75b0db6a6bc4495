using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Mapping;
using Aigc.Inference.Client.Resilience;
using Aigc.Inference.Client.Telemetry;
using Aigc.Pipeline.Stages;
using Grpc.Core;
using Polly.CircuitBreaker;

namespace Aigc.Inference.Client.Calls;

/// <summary>One call from its first try to its end, on one host after another.</summary>
/// <remarks>
/// Its loop is not Polly's retry: the wait before another try is a place in the pool's line, which a host that comes back or has room ends
/// at once, and which is each host's own. Circuits are Polly's, see <see cref="HostBreaker"/>.
/// </remarks>
/// <param name="pool">The hosts.</param>
/// <param name="options">How long it goes on.</param>
/// <param name="time">The clock.</param>
/// <param name="inputs">What it reads; null for nothing.</param>
/// <param name="run">The stage call whose tries they are; null where it is none.</param>
/// <param name="without">The host to leave out, of a hedge: it is then tried once, and by what comes of that it ends.</param>
internal sealed class RetriedCall(
    HostPool pool, RemoteStagesOptions options, TimeProvider time, CallInputs? inputs = null, StageRun? run = null, int? without = null)
{
    private readonly CallInputs _inputs = inputs ?? CallInputs.None;
    private readonly long _start = run?.Start ?? time.GetTimestamp();
    private readonly long _turn = pool.NextTurn();
    private readonly Dictionary<int, TimeSpan> _notBefore = without is { } other ? new() { [other] = TimeSpan.MaxValue } : [];
    private readonly List<StageSpan> _waits = [];
    private readonly TimeSpan _refusalLimit = run is { GivesWay: true } ? options.GiveWayLimit : options.RefusalLimit;
    private TimeSpan? _lostSince;
    private int _losses;
    private TimeSpan? _refusedSince;
    private FaultException? _refusal;

    /// <summary>Milliseconds since the call was made.</summary>
    public double ElapsedMs => time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>How long it waited for room on a host.</summary>
    public IReadOnlyList<StageSpan> Waits => _waits;

    /// <summary>Tries until a host has done it.</summary>
    /// <param name="attempt">One try; tells its <see cref="HostAttempt"/> of what it hears.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException">The call is at fault, or no host did it within the options' limits.</exception>
    public async Task<T> RunAsync<T>(Func<HostAttempt, Task<T>> attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (host, lease) = await TakeAsync(cancellationToken).ConfigureAwait(false);
            run?.GivenTo(host.Host, host.Name, without is not null);
            try
            {
                var result = await host.Breaker.RunAsync(() => attempt(host), cancellationToken).ConfigureAwait(false);
                host.Taken();
                ClientTelemetry.Ended(pool.Policy, CallOutcome.Done);
                return result;
            }
            catch (Exception e) when (e is RpcException or ObjectDisposedException && pool.HasLeft(lease))
            {
                // Its channel was closed, which is nobody's fault: the call goes on elsewhere.
                cancellationToken.ThrowIfCancellationRequested();
                ClientTelemetry.Ended(pool.Policy, CallOutcome.Lost);
            }
            catch (BrokenCircuitException e)
            {
                // The pool had it for well, or for due a probe, by a moment: it was not asked.
                _notBefore[host.Host] = pool.Now + (e.RetryAfter > TimeSpan.Zero ? e.RetryAfter.Value : options.FirstBackOff);
            }
            catch (RpcException e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Weigh(e, host, lease);
                if (without is not null)
                    throw e.ToFault(host.Name);
            }
            finally
            {
                pool.Release(lease);
            }
        }
    }

    /// <summary>Notes a failure, and throws where another try is of no use.</summary>
    private void Weigh(RpcException e, HostAttempt host, HostLease lease)
    {
        var failure = HostFailure.Of(e);
        ClientTelemetry.Ended(pool.Policy, failure.Kind);
        if (host.HasAdvanced)
            _losses = 0;
        if (host.WasTaken)
            (_lostSince, _refusedSince, _refusal) = (null, null, null);
        switch (failure.Kind)
        {
            case FailureKind.Lost:
                Lose(failure, host, lease);
                break;
            case FailureKind.Full:
                pool.Answered(lease);
                _lostSince = null;
                _refusal = e.ToFault(host.Name);
                _refusedSince ??= pool.Now;
                var wait = failure.RetryAfter ?? pool.Draws.Shorten(options.RefusalWait, options.Resilience.Jitter);
                _notBefore[host.Host] = pool.Now + wait;
                break;
            case FailureKind.Final:
                pool.Answered(lease);
                throw e.ToFault(host.Name);
            default:
                throw new InvalidOperationException($"failure {failure.Kind} is unknown");
        }
    }

    private void Lose(HostFailure failure, HostAttempt host, HostLease lease)
    {
        pool.Lost(lease, failure.Why, failure.Spoke, failure.RetryAfter);
        // A host that refuses at once lost nothing: how long that may go on is a matter of time, below.
        if (host.WasTaken || !failure.Spoke && failure.Connected)
            _losses++;
        if (_losses >= options.MaxLosses)
        {
            throw new FaultException(
                FaultKind.Unavailable,
                $"the call was lost {_losses} times in a row, last by host {host.Name} ({failure.Why}): see that host's log");
        }

        _lostSince ??= pool.Now;
        if (pool.Now - _lostSince >= pool.OutageLimit)
            throw pool.Outage();
    }

    private async Task<(HostAttempt Host, HostLease Lease)> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await WaitForPlaceAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            pool.GiveUp(_turn);
            throw;
        }
    }

    private async Task<(HostAttempt Host, HostLease Lease)> WaitForPlaceAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var look = pool.TryTake(_turn, _notBefore, _inputs);
            if (look is { Lease: { } lease, Host: { } host })
                return (new HostAttempt(pool, host, lease), lease);
            var wait = look.Wait;
            if (look.Down)
            {
                _lostSince ??= pool.Now;
                var left = _lostSince.Value + pool.OutageLimit - pool.Now;
                if (left <= TimeSpan.Zero)
                    throw pool.Outage();
                wait = wait < left ? wait : left;
            }
            else
            {
                // A host is up and has no room: that wait is no outage, and the next host that is lost begins one.
                _lostSince = null;
                if (_refusal is not null && pool.Now + (wait ?? TimeSpan.Zero) > _refusedSince + _refusalLimit)
                    throw _refusal;
            }

            var startMs = ElapsedMs;
            await WaitAsync(look.Changed, wait, cancellationToken).ConfigureAwait(false);
            if (!look.Down)
                _waits.Add(new StageSpan(Stage.Queue, startMs, ElapsedMs));
        }
    }

    private async Task WaitAsync(Task changed, TimeSpan? wait, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A timer counts whole milliseconds: rounded up, or the last one would be spent asking again and again.
        var delay = wait is { } length ? TimeSpan.FromMilliseconds(Math.Ceiling(length.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
        await Task.WhenAny(changed, Task.Delay(delay, time, waiting.Token)).ConfigureAwait(false);
        await waiting.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
