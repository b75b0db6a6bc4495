using Aigc.GpuHost.Telemetry;
using Aigc.Inference.Chain.Ledger;

namespace Aigc.GpuHost.Tests.Telemetry;

public sealed class LedgerTimeTests
{
    [Fact]
    public void UncoveredMs_OfOverlappingSpans_CountsATimeOnce()
    {
        ChainSpan[] spans =
        [
            new(ChainStage.Store, 6, 8), new(ChainStage.Queue, 1, 4), new(ChainStage.Generate, 3, 5), new(ChainStage.Encode, 3.5, 4.5),
        ];
        // From 0 to 1, from 5 to 6 and from 8 to 10.
        Assert.Equal(4, LedgerTime.UncoveredMs(spans, totalMs: 10), 9);
    }

    [Fact]
    public void UncoveredMs_OfASpanThatEndsAfterTheCall_IsNotBelowZero() =>
        Assert.Equal(2, LedgerTime.UncoveredMs([new ChainSpan(ChainStage.Queue, 2, 20)], totalMs: 10), 9);

    [Fact]
    public void UncoveredMs_WithoutSpans_IsTheWholeCall() => Assert.Equal(10, LedgerTime.UncoveredMs([], totalMs: 10), 9);
}
