using Aigc.Inference.Client.Calls;
using Aigc.Inference.Client.Resilience;
using Aigc.Inference.Client.Telemetry;
using Grpc.Core;
using Polly;
using Polly.CircuitBreaker;

namespace Aigc.Inference.Client.Hosts;

/// <summary>Opens the circuit of a host that takes calls and fails too many, and tells the pool, which then chooses others.</summary>
/// <remarks>
/// A host that cannot be reached, or says that it drains or loads, is the pool's alone: one refusal is enough, and its stream of load says
/// when it is back, before any time that was fixed beforehand.
/// </remarks>
internal sealed class HostBreaker
{
    private readonly ResiliencePipeline _pipeline;

    public HostBreaker(int host, BreakerOptions options, HostPool pool, TimeProvider time) =>
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            FailureRatio = options.FailureRatio,
            MinimumThroughput = options.MinimumThroughput,
            SamplingDuration = options.SamplingDuration,
            BreakDuration = options.BreakDuration,
            ShouldHandle = args => ValueTask.FromResult(IsFailure(args.Outcome.Exception)),
            OnOpened = args =>
            {
                pool.Broke(host, args.BreakDuration);
                ClientTelemetry.BreakerIs("open");
                return default;
            },
            OnHalfOpened = _ =>
            {
                ClientTelemetry.BreakerIs("half_open");
                return default;
            },
            OnClosed = _ =>
            {
                pool.Mended(host);
                ClientTelemetry.BreakerIs("closed");
                return default;
            },
        }).Build();

    /// <summary>Makes one try of a call, and counts what comes of it.</summary>
    /// <exception cref="BrokenCircuitException">The circuit is open, or its probe is under way.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> attempt, CancellationToken cancellationToken) => await _pipeline.ExecuteAsync(
        static async (attempt, _) => await attempt().ConfigureAwait(false), attempt, cancellationToken).ConfigureAwait(false);

    private static bool IsFailure(Exception? exception)
    {
        if (exception is not RpcException e)
            return false;
        var failure = HostFailure.Of(e);
        return failure.Spoke
            ? e.StatusCode is StatusCode.Internal or StatusCode.Unknown
            : failure is { Kind: FailureKind.Lost, Connected: true };
    }
}
