using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Telemetry;
using Polly;
using Polly.Hedging;
using Polly.RateLimiting;
using Polly.Timeout;

namespace Aigc.Inference.Client.Resilience;

/// <summary>
/// What one kind of stage call goes through: its deadline, its share of this process, and where it is short a second try beside it.
/// </summary>
/// <remarks>
/// Trying again is not Polly's here but <see cref="Calls.RetriedCall"/>'s: a wait of Polly's ends by time alone, while a call that waits
/// for a host goes on as soon as one comes back or has room, in its turn.
/// </remarks>
internal sealed class StagePipeline
{
    private static readonly ResiliencePropertyKey<StageRun> _run = new("aigc.run");
    private static readonly TimeSpan _retryAfter = TimeSpan.FromSeconds(1);

    private readonly StageResilience _options;
    private readonly string _stage;
    private readonly HostPool _hosts;
    private readonly TimeProvider _time;
    private readonly LatencyWindow _latencies = new();
    private readonly ResiliencePipeline<object> _pipeline;

    public StagePipeline(StageKind kind, StageResilience options, HostPool hosts, TimeProvider time)
    {
        (_options, _stage, _hosts, _time) = (options, ResilienceOptions.WordOf(kind), hosts, time);
        var builder = new ResiliencePipelineBuilder<object> { TimeProvider = time };
        builder.AddTimeout(options.Deadline).AddConcurrencyLimiter(options.Concurrency, options.Queue);
        if (options.Hedge)
        {
            builder.AddHedging(new HedgingStrategyOptions<object>
            {
                MaxHedgedAttempts = 1,
                // What one of the two ends on is no answer while the other may give one.
                ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is FaultException),
                DelayGenerator = _ => ValueTask.FromResult(options.HedgeAfter ?? _latencies.Slow() ?? Timeout.InfiniteTimeSpan),
                ActionGenerator = Hedge,
            });
        }

        _pipeline = builder.Build();
    }

    /// <summary>Makes a call.</summary>
    /// <param name="send">Carries it out; its second argument is the host to leave out, of a second try beside the first alone.</param>
    /// <param name="mayHedge">Whether there may be one.</param>
    /// <param name="givesWay">Whether its request can give way.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException">
    /// What the call ends on, or <see cref="FaultKind.DeadlineExceeded"/>: it is not done in time; <see cref="FaultKind.Overloaded"/>: too
    /// many wait already.
    /// </exception>
    public async Task<T> RunAsync<T>(
        Func<StageRun, int?, CancellationToken, Task<T>> send, bool mayHedge, bool givesWay, CancellationToken cancellationToken)
        where T : class
    {
        StageRun run = null!;
        run = new StageRun(_time.GetTimestamp(), TimeProvider.System.GetUtcNow().UtcDateTime + _options.Deadline, mayHedge)
        {
            GivesWay = givesWay,
            Again = async (without, token) => await send(run, without, token).ConfigureAwait(false),
        };
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        context.Properties.Set(_run, run);
        try
        {
            var answer = await _pipeline.ExecuteAsync(
                static async (context, state) => await FirstAsync(state.send, state.run, context.CancellationToken).ConfigureAwait(false),
                context,
                (send, run)).ConfigureAwait(false);
            _latencies.Add(_time.GetElapsedTime(run.Start));
            return (T)answer;
        }
        catch (RateLimiterRejectedException e)
        {
            throw new FaultException(
                FaultKind.Overloaded,
                $"{_stage} is refused: {_options.Concurrency} calls of it are under way here and {_options.Queue} more wait: "
                + "send it again later",
                e,
                _retryAfter);
        }
        catch (TimeoutRejectedException e)
        {
            throw new FaultException(FaultKind.DeadlineExceeded, $"{_stage} was not done within its {_options.Deadline}: {run.Where}", e);
        }
        catch (FaultException) when (run.FirstFault is { } first)
        {
            throw first;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async ValueTask<object> FirstAsync<T>(
        Func<StageRun, int?, CancellationToken, Task<T>> send, StageRun run, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await send(run, null, cancellationToken).ConfigureAwait(false);
        }
        catch (FaultException e)
        {
            run.FirstFault = e;
            throw;
        }
    }

    private Func<ValueTask<Outcome<object>>>? Hedge(HedgingActionGeneratorArguments<object> args)
    {
        if (!args.PrimaryContext.Properties.TryGetValue(_run, out var run) || run.HedgeWithout is not { } first)
            return null;
        if (!_hosts.HasRoomBeside(first))
            return null;
        ClientTelemetry.Hedged(_stage);
        return async () =>
        {
            try
            {
                return Outcome.FromResult(await run.Again!(first, args.ActionContext.CancellationToken).ConfigureAwait(false));
            }
            catch (Exception e)
            {
                return Outcome.FromException<object>(e);
            }
        };
    }
}
