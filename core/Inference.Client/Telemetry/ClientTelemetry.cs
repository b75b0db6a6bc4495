using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Aigc.Inference.Client.Calls;

namespace Aigc.Inference.Client.Telemetry;

/// <summary>What callers measure of their calls to hosts: one meter, each instrument with its unit and its tags.</summary>
/// <remarks>A tag's values are few, and known before the first call: a host's address must never be one, since hosts come and go.</remarks>
public static class ClientTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string Name = "Aigc.Inference.Client";

    private const string PolicyTag = "aigc.balancing";
    private const string OutcomeTag = "aigc.call.outcome";
    private const string LocalTag = "aigc.call.local";
    private const string StageTag = "aigc.stage";
    private const string StateTag = "aigc.breaker.state";

    private static readonly FrozenDictionary<CallOutcome, string> _outcomes =
        Enum.GetValues<CallOutcome>().ToFrozenDictionary(outcome => outcome, outcome => outcome.ToString().ToLowerInvariant());

    private static readonly Meter _meter = new(Name);

    private static readonly Counter<long> _calls = _meter.CreateCounter<long>(
        "aigc.client.calls", "{try}", "Tries of stage calls, each on one host, that have ended.");

    private static readonly Counter<long> _located = _meter.CreateCounter<long>(
        "aigc.client.located", "{try}", "Tries whose inputs some host holds in memory, by whether they went to it.");

    private static readonly Counter<long> _hedges = _meter.CreateCounter<long>(
        "aigc.client.hedges", "{call}", "Stage calls that were slow and made once more on another host.");

    private static readonly Counter<long> _breakers = _meter.CreateCounter<long>(
        "aigc.client.breaker.changes", "{change}", "Circuits of hosts that opened, half opened or closed.");

    internal static void Hedged(string stage) => _hedges.Add(1, new TagList { { StageTag, stage } });

    internal static void BreakerIs(string state) => _breakers.Add(1, new TagList { { StateTag, state } });

    internal static void Ended(string policy, CallOutcome outcome) =>
        _calls.Add(1, new TagList { { PolicyTag, policy }, { OutcomeTag, _outcomes[outcome] } });

    internal static void Ended(string policy, FailureKind failure) => Ended(policy, failure switch
    {
        FailureKind.Lost => CallOutcome.Lost,
        FailureKind.Full => CallOutcome.Full,
        FailureKind.Final => CallOutcome.Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, "unknown failure"),
    });

    internal static void Located(string policy, bool local) =>
        _located.Add(1, new TagList { { PolicyTag, policy }, { LocalTag, local } });
}
