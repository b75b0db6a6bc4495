using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Tests.Ledger;

public sealed class TimeLedgerTests
{
    [Fact]
    public void From_StagesInARow_OverheadIsWhatIsLeft()
    {
        var ledger = TimeLedger.From(
            [new(Stage.Load, 0, 5),
                new(Stage.Queue, 5, 8), new(Stage.Understand, 10, 12), new(Stage.Prepare, 11, 16), new(Stage.Generate, 16, 62),
                new(Stage.Enhance, 63, 70), new(Stage.Encode, 70, 75), new(Stage.Store, 75, 76)], 80);
        Assert.Equal(new TimeLedger(80, 3, 5, 1, 5, 46, 7, 5, 1, 7), ledger);
        Assert.Equal(59, ledger.ComputeMs);
    }

    [Fact]
    public void From_OverlappingSpans_EachMomentCountsOnce()
    {
        // Encoding beside the next picture's denoising costs nothing; waiting beside a computing group is not waiting.
        var ledger = TimeLedger.From([new(Stage.Generate, 0, 10), new(Stage.Encode, 4, 14), new(Stage.Queue, 0, 20), new(Stage.Generate, 5, 12)], 20);
        Assert.Equal((12, 2, 6, 0), (ledger.GenerateMs, ledger.EncodeMs, ledger.QueueMs, ledger.OverheadMs));
    }

    [Fact]
    public void From_NoSpans_AllIsOverhead() => Assert.Equal(4, TimeLedger.From([], 4).OverheadMs);

    [Fact]
    public void From_SpansOfAnEarlierProcess_StayWithinTheTotal()
    {
        var ledger = TimeLedger.From([new(Stage.Generate, 0, 500)], 10);
        Assert.Equal((10, 0), (ledger.GenerateMs, ledger.OverheadMs));
    }

    [Fact]
    public void From_AnySpans_PartsAddUpToTheTotal()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var spans = Enumerable.Range(0, random.Next(12))
                .Select(_ => (Stage: (Stage)random.Next(Enum.GetValues<Stage>().Length), Start: random.NextDouble() * 100, Length: random.NextDouble() * 40))
                .Select(s => new StageSpan(s.Stage, s.Start, s.Start + s.Length)).ToArray();
            var l = TimeLedger.From(spans, 100);
            Assert.Equal(100, l.QueueMs + l.LoadMs + l.ComputeMs + l.EncodeMs + l.StoreMs + l.OverheadMs, 1e-9);
            Assert.True(l.OverheadMs >= 0);
        }
    }
}
