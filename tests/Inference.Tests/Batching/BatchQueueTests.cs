using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Models;
using Aigc.Inference.Tests.Models;

namespace Aigc.Inference.Tests.Batching;

public sealed class BatchQueueTests : IDisposable
{
    private const long TicksPerSecond = 1000;
    private const int Small = 16;
    private const int Large = 32;

    private readonly FakeModelRoot _root = new("one", "two");
    private readonly LoadedModel _one;
    private readonly LoadedModel _two;
    private readonly CostModel _costs = new();

    public BatchQueueTests()
    {
        _one = new LoadedModel(_root.Folder("one"), new FakeNetworks());
        _two = new LoadedModel(_root.Folder("two"), new FakeNetworks());
    }

    public void Dispose()
    {
        _one.Dispose();
        _two.Dispose();
        _root.Dispose();
    }

    [Fact]
    public void NextBatch_StepsSchedulersAndGuidanceDiffer_ShareOneBatch()
    {
        Learn(16);
        var queue = Queue();
        BatchEntry[] entries =
        [
            Entry(steps: 3), Entry(steps: 9, scheduler: "euler"),
            Entry(steps: 5, guidance: 4, scheduler: "pndm"), Entry(guidance: 2, scheduler: "lcm"),
        ];
        Add(queue, entries);
        Assert.Equal(entries.ToHashSet(), queue.NextBatch(0).ToHashSet());
        Assert.Equal(16 - 6, queue.FreeRows);
    }

    [Fact]
    public void NextBatch_ModelOrSizeDiffers_SharesNone()
    {
        Learn(16);
        var queue = Queue();
        Add(queue, Entry(), Entry(size: Large), Entry(model: _two));
        Assert.Single(queue.NextBatch(0));
        Assert.Equal((3, 1), (queue.Count, queue.Moving));
    }

    [Theory]
    [InlineData(16, .001, 16)]
    [InlineData(16, .05, 10)]
    [InlineData(16, .4, 2)]
    [InlineData(7, .4, 2)]
    [InlineData(7, .001, 7)]
    public void NextBatch_LearnedStepTime_BoundsTheRows(int maxRows, double secondsOfARow, int rows)
    {
        Learn(maxRows, secondsOfARow);
        var queue = Queue(new BatchingOptions { MaxRows = maxRows, MaxStepSeconds = .5 });
        Add(queue, [.. Enumerable.Range(0, 40).Select(_ => Entry())]);
        Assert.Equal(rows, queue.NextBatch(0).Count);
    }

    [Fact]
    public void NextBatch_NothingLearned_DoublesTheRowsAfterEachThatRan()
    {
        var queue = Queue();
        Add(queue, [.. Enumerable.Range(0, 40).Select(_ => Entry())]);
        var rows = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            rows.Add(queue.NextBatch(0).Count);
            queue.Stepped(.001, 0);
            _costs.LearnStep("one", _one.Shape(Small, Small), rows[^1], .001);
        }

        Assert.Equal([2, 4, 8, 16, 16], rows);
    }

    [Fact]
    public void NextBatch_WrongFigureBoundsTheRows_IsMeasuredAfreshByATrial()
    {
        Learn(2);
        _costs.LearnStep("one", _one.Shape(Small, Small), 4, 60);
        var queue = Queue(new BatchingOptions { MaxRows = 4 });
        Add(queue, [.. Enumerable.Range(0, 4).Select(_ => Entry(steps: 900))]);
        for (var step = 0; step < BatchQueue.FirstTrial; step++)
            Assert.Equal(2, Step());
        Assert.Equal(4, queue.NextBatch(0).Count);
        Assert.True(queue.Trying);
        // A first run that was not learned from decides nothing: the trial is made again.
        queue.Stepped(60, 0, learned: false);
        Assert.Equal(4, Step());
        Assert.Equal(.004, _costs.StepSeconds("one", _one.Shape(Small, Small), 4)!.Value, 1e-9);
        Assert.Equal(4, Step());
        Assert.False(queue.Trying);

        int Step()
        {
            var rows = queue.NextBatch(0).Count;
            _costs.LearnStep("one", _one.Shape(Small, Small), rows, .001 * rows, afresh: queue.Trying);
            queue.Stepped(.001 * rows, 0);
            return rows;
        }
    }

    [Fact]
    public void NextBatch_MoreThanFit_TakesTheShortestAndAmongEqualsTheFirst()
    {
        Learn(4);
        var queue = Queue(new BatchingOptions { MaxRows = 4 });
        var late = Entry(steps: 3, arrivedAt: 5);
        var early = Entry(steps: 3, arrivedAt: 1);
        var twice = Entry(steps: 2, guidance: 3, arrivedAt: 0);
        var longest = Entry(steps: 9, arrivedAt: 0);
        Add(queue, longest, late, twice, early);
        // Two rows for two steps are more than one row for three; four rows are full with the first three.
        Assert.Equal([early, late, twice], queue.NextBatch(6));
    }

    [Fact]
    public void NextBatch_GuidedPicturesInFront_TheLastRowGoesToTheNextThatFits()
    {
        Learn(5);
        var queue = Queue(new BatchingOptions { MaxRows = 5 });
        BatchEntry[] guided = [.. Enumerable.Range(0, 9).Select(i => Entry(steps: 2, guidance: 3, arrivedAt: i))];
        var single = Entry(steps: 50, arrivedAt: 9);
        Add(queue, [.. guided, single]);
        Assert.Equal([guided[0], guided[1], single], queue.NextBatch(10));
    }

    [Fact]
    public void NextBatch_StoodStillTooLong_GoesFirstWithHalfOfTheRows()
    {
        Learn(8);
        var queue = Queue(new BatchingOptions { MaxRows = 8, MaxStandstillSeconds = 2 });
        BatchEntry[] standing = [.. Enumerable.Range(0, 6).Select(i => Entry(steps: 90, arrivedAt: i))];
        BatchEntry[] fresh = [.. Enumerable.Range(0, 6).Select(i => Entry(steps: 2, arrivedAt: 2900 + i))];
        Add(queue, [.. fresh, .. standing]);
        Assert.Equal([.. standing[..4], .. fresh[..4]], queue.NextBatch(3000));

        // They moved: shorter ones pass them again.
        queue.Stepped(.001, 3000);
        Assert.Equal([.. standing[4..], .. fresh], queue.NextBatch(3100));
    }

    [Fact]
    public void NextBatch_OnlyThoseThatStoodStill_HaveAllRows()
    {
        Learn(8);
        var queue = Queue(new BatchingOptions { MaxRows = 8 });
        Add(queue, [.. Enumerable.Range(0, 12).Select(i => Entry(steps: 90, arrivedAt: i))]);
        Assert.Equal(8, queue.NextBatch(60_000).Count);
    }

    [Fact]
    public void NextBatch_DeadlineClose_GoesBeforeOthersOfItsGroupAndOfEveryOther()
    {
        Learn(2, .1);
        Learn(2, .1, size: Large);
        var queue = Queue(new BatchingOptions { MaxRows = 2 });
        // 40 steps of .1 s: 4 s alone, and urgent when less than 8 s are left.
        var soon = Entry(steps: 40, size: Large, deadline: 9_000);
        var sooner = Entry(steps: 40, size: Large, deadline: 8_500);
        Add(queue, Entry(steps: 1), Entry(steps: 1), Entry(steps: 2, size: Large), soon, sooner);
        Assert.Equal(1, queue.NextBatch(500)[0].RowStepsLeft);
        Assert.Equal([sooner, soon], queue.NextBatch(1_500));
    }

    [Fact]
    public void NextBatch_TwoShapesForLong_HaveTheDeviceForEquallyLong()
    {
        Learn(16, .001);
        Learn(16, .008, size: Large);
        var queue = Queue();
        Add(queue, [.. Enumerable.Range(0, 20).Select(_ => Entry(steps: 900))]);
        Add(queue, [.. Enumerable.Range(0, 20).Select(_ => Entry(steps: 900, size: Large))]);
        var served = new Dictionary<BatchKey, double>();
        var longest = 0.0;
        for (var (step, now) = (0, 0L); step < 400; step++)
        {
            var batch = queue.NextBatch(now);
            var seconds = batch[0].Key.Shape.Width == Small / 8 ? .016 : .128;
            longest = Math.Max(longest, seconds);
            served[batch[0].Key] = served.GetValueOrDefault(batch[0].Key) + seconds;
            now += (long)(seconds * TicksPerSecond);
            queue.Stepped(seconds, now);
            if (served.Count == 2)
                Assert.InRange(Math.Abs(served.Values.First() - served.Values.Last()), 0, longest + 1e-9);
        }

        Assert.Equal(2, served.Count);
    }

    [Fact]
    public void Add_ShapeThatComesLate_ClaimsNoTimeFromBeforeItWasHere()
    {
        Learn(16);
        Learn(16, size: Large);
        var queue = Queue();
        Add(queue, Entry(steps: 900));
        for (var i = 0; i < 50; i++)
        {
            queue.NextBatch(0);
            queue.Stepped(1, 0);
        }

        Add(queue, Entry(steps: 900, size: Large));
        var widths = new List<int>();
        for (var i = 0; i < 6; i++)
        {
            widths.Add(queue.NextBatch(0)[0].Key.Shape.Width);
            queue.Stepped(1, 0);
        }

        Assert.Equal(3, widths.Count(width => width == Small / 8));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NextBatch_ShapeThatEmptiesAndComesAgainAtEveryStep_TakesTurnsWithAnother(bool first)
    {
        var queue = Queue();
        var fleeting = Entry(steps: 1);
        var lasting = Entry(steps: 900, size: Large);
        Add(queue, first ? [fleeting, lasting] : [lasting, fleeting]);
        var lastingSteps = 0;
        for (var now = 1; now <= 100; now++)
        {
            var moved = Assert.Single(queue.NextBatch(now));
            queue.Stepped(.001, now);
            if (moved == lasting)
            {
                lastingSteps++;
                continue;
            }

            // The next one came while this one took its step.
            Assert.True(queue.Remove(fleeting));
            queue.Add(fleeting = Entry(steps: 1, arrivedAt: now));
        }

        Assert.InRange(lastingSteps, 45, 55);
    }

    [Fact]
    public void NextBatch_ThousandsQueued_TakesTheShortestOfAll()
    {
        Learn(16);
        var queue = Queue();
        var random = new Random(7);
        BatchEntry[] entries = [.. Enumerable.Range(0, 5000).Select(i => Entry(steps: random.Next(1, 200), arrivedAt: i))];
        Add(queue, entries);
        var expected = entries.OrderBy(entry => entry.RowStepsLeft).ThenBy(entry => entry.ArrivedAt).Take(16);
        Assert.Equal(
            expected.Select(entry => (entry.RowStepsLeft, entry.ArrivedAt)),
            queue.NextBatch(100).Select(entry => (entry.RowStepsLeft, entry.ArrivedAt)));
    }

    [Fact]
    public void Halve_UntilOneFailsAlone_FindsItAndThenFillsTheRowsAgain()
    {
        Learn(16);
        var queue = Queue();
        Add(queue, [.. Enumerable.Range(0, 30).Select(i => Entry(arrivedAt: i))]);
        var rows = new List<int>();
        do
            rows.Add(queue.NextBatch(40).Count);
        while (queue.Halve());
        Assert.Equal([16, 8, 4, 2, 1], rows);
        var atFault = queue.NextBatch(40)[0];
        Assert.True(queue.Remove(atFault));
        Assert.False(queue.Remove(atFault));
        Assert.Equal(16, queue.NextBatch(40).Count);
    }

    [Fact]
    public void NextBatch_TrialFails_IsHalvedAndMadeAgainAfterTwiceAsManySteps()
    {
        Learn(4, .2);
        var queue = Queue(new BatchingOptions { MaxRows = 4 });
        Add(queue, [.. Enumerable.Range(0, 4).Select(_ => Entry(steps: 900))]);
        Assert.Equal(BatchQueue.FirstTrial, StepsToTrial());
        Assert.True(queue.Halve());
        Assert.InRange(StepsToTrial(), 2 * BatchQueue.FirstTrial, 3 * BatchQueue.FirstTrial);

        int StepsToTrial()
        {
            for (var steps = 0; ; steps++)
            {
                queue.NextBatch(0);
                if (queue.Trying || steps == BatchQueue.LastTrial)
                    return steps;
                queue.Stepped(.4, 0);
            }
        }
    }

    [Fact]
    public void Halve_StepsGoWellAgain_DoublesTheRowsUntilAllAreBack()
    {
        Learn(16);
        var queue = Queue();
        Add(queue, [.. Enumerable.Range(0, 30).Select(_ => Entry(steps: 900))]);
        queue.NextBatch(0);
        Assert.True(queue.Halve());
        queue.NextBatch(0);
        Assert.True(queue.Halve());
        var rows = new List<int>();
        for (var step = 0; step < 3 * BatchQueue.GoodSteps; step++)
        {
            rows.Add(queue.NextBatch(0).Count);
            queue.Stepped(.001, 0);
        }

        Assert.Equal([4, 8, 16], rows.Chunk(BatchQueue.GoodSteps).Select(steps => steps.Distinct().Single()));
    }

    [Fact]
    public void Halve_GuidedPictures_EndsAtOneOfThem()
    {
        Learn(16);
        var queue = Queue();
        Add(queue, Entry(guidance: 4, arrivedAt: 0), Entry(guidance: 4, arrivedAt: 1));
        Assert.Equal(2, queue.NextBatch(2).Count);
        Assert.True(queue.Halve());
        Assert.Single(queue.NextBatch(2));
        Assert.False(queue.Halve());
    }

    private static void Add(BatchQueue queue, params ReadOnlySpan<BatchEntry> entries)
    {
        foreach (var entry in entries)
            queue.Add(entry);
    }

    private void Learn(int rows, double secondsOfARow = .001, int size = Small)
    {
        for (var row = 1; row <= rows; row++)
            _costs.LearnStep("one", _one.Shape(size, size), row, row * secondsOfARow);
    }

    private BatchQueue Queue(BatchingOptions? options = null) => new(options ?? new BatchingOptions(), _costs, TicksPerSecond);

    private BatchEntry Entry(
        int steps = 4,
        float guidance = 1,
        string scheduler = "ddim",
        int size = Small,
        long arrivedAt = 0,
        long deadline = long.MaxValue,
        LoadedModel? model = null)
    {
        var made = model ?? _one;
        return new BatchEntry(
            made,
            made.CreateJob(FakeModelRoot.Picture(steps: steps, guidance: guidance, scheduler: scheduler, size: size)),
            arrivedAt,
            deadline);
    }
}
