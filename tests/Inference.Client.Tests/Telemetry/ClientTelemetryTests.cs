using System.Diagnostics.Metrics;
using Aigc.Inference.Client.Calls;
using Aigc.Inference.Client.Telemetry;

namespace Aigc.Inference.Client.Tests.Telemetry;

public sealed class ClientTelemetryTests
{
    [Fact]
    public void Ended_EachOutcome_IsCountedByPolicyAndOutcome()
    {
        // Tests beside this one are measured by the same meter, under the policies that there are.
        var policy = $"test-{nameof(Ended_EachOutcome_IsCountedByPolicyAndOutcome)}";
        var seen = new List<string>();
        using var listener = Listen(policy, seen);

        ClientTelemetry.Ended(policy, CallOutcome.Done);
        ClientTelemetry.Ended(policy, FailureKind.Lost);
        ClientTelemetry.Ended(policy, FailureKind.Full);
        ClientTelemetry.Ended(policy, FailureKind.Final);
        ClientTelemetry.Located(policy, local: true);
        ClientTelemetry.Located(policy, local: false);

        Assert.Equal(
            [
                "aigc.client.calls 1 done", "aigc.client.calls 1 lost", "aigc.client.calls 1 full", "aigc.client.calls 1 failed",
                "aigc.client.located 1 True", "aigc.client.located 1 False",
            ],
            seen);
    }

    private static MeterListener Listen(string policy, List<string> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ClientTelemetry.Name)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) =>
        {
            if ((string?)tags[0].Value == policy)
                seen.Add($"{instrument.Name} {count} {tags[1].Value}");
        });
        listener.Start();
        return listener;
    }
}
