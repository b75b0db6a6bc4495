using Aigc.Inference.Chain.Ledger;

namespace Aigc.GpuHost.Telemetry;

/// <summary>Adds up a ledger.</summary>
internal static class LedgerTime
{
    /// <summary>What of a call's time no span covers, in milliseconds: spans overlap where work did, so it is not their sum that counts.</summary>
    public static double UncoveredMs(IReadOnlyList<ChainSpan> spans, double totalMs)
    {
        var (covered, until) = (0.0, 0.0);
        foreach (var span in spans.OrderBy(static span => span.StartMs))
        {
            var end = Math.Min(span.EndMs, totalMs);
            covered += Math.Max(0, end - Math.Max(span.StartMs, until));
            until = Math.Max(until, end);
        }

        return Math.Max(0, totalMs - covered);
    }
}
