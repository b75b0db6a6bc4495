using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Tests.Plans;

public sealed class StageCostsTests
{
    private readonly StageCosts _costs = new();

    [Fact]
    public void StepMs_NothingLearned_RestsOnAPriorThatGrowsWithAreaAndRows()
    {
        Assert.False(_costs.Informed);
        Assert.True(_costs.StepMs(512, 512, 1) > 0);
        Assert.Equal(4 * _costs.StepMs(256, 256, 1), _costs.StepMs(512, 512, 1), 6);
        Assert.InRange(_costs.StepMs(512, 512, 4), 1.5 * _costs.StepMs(512, 512, 1), 4 * _costs.StepMs(512, 512, 1));
        Assert.True(_costs.HopMs(StageNames.RunChain) > 0);
    }

    [Fact]
    public void Learn_OneCall_TellsStageByStageWhatItTook()
    {
        _costs.Learn(Call(stepMs: 10, steps: 8, pictures: 2, hopMs: 6, enhanceMs: 30, asideMs: 9));

        Assert.True(_costs.Informed);
        Assert.Equal(10, _costs.StepMs(512, 512, 2), 6);
        Assert.Equal(30, _costs.EnhanceMs(StageNames.RunChain, 512, 512), 6);
        Assert.Equal(9, _costs.AsideMs(StageNames.RunChain, 512, 512), 6);
        Assert.Equal(6, _costs.HopMs(StageNames.RunChain), 6);
        Assert.Equal(5, _costs.UnderstandMs(), 6);
    }

    [Fact]
    public void Learn_OtherTimesSince_ForgetsTheOldOnes()
    {
        for (var i = 0; i < 100; i++)
            _costs.Learn(Call(hopMs: 100));
        for (var i = 0; i < 5 * StageCosts.Memory; i++)
            _costs.Learn(Call(hopMs: 4));
        Assert.InRange(_costs.HopMs(StageNames.RunChain), 4, 5);
    }

    [Fact]
    public void StepMs_StepsThatOthersMadeLonger_StaysNearTheShortest()
    {
        for (var i = 0; i < 100; i++)
            _costs.Learn(Call(stepMs: i % 2 == 0 ? 10 : 30));
        Assert.InRange(_costs.StepMs(512, 512, 1), 10, 16);
    }

    [Fact]
    public void StepMs_DeviceThatBecameSlower_IsLearnedAllTheSame()
    {
        for (var i = 0; i < 20; i++)
            _costs.Learn(Call(stepMs: 10));
        for (var i = 0; i < 500; i++)
            _costs.Learn(Call(stepMs: 40));
        Assert.InRange(_costs.StepMs(512, 512, 1), 38, 40);
    }

    [Fact]
    public void StepMs_RowsBetweenThoseMeasured_LiesOnTheLineBetween()
    {
        _costs.Learn(Call(stepMs: 10, pictures: 1));
        _costs.Learn(Call(stepMs: 40, pictures: 4));
        Assert.Equal(20, _costs.StepMs(512, 512, 2), 6);
        Assert.True(_costs.StepMs(512, 512, 8) > 40);
    }

    [Fact]
    public void StepMs_SizeNeverMeasured_FollowsTheNearestByArea()
    {
        _costs.Learn(Call(stepMs: 10, size: 256));
        _costs.Learn(Call(stepMs: 90, size: 768));
        Assert.Equal(40, _costs.StepMs(512, 512, 1), 6);
        Assert.Equal(160, _costs.StepMs(1024, 1024, 1), 6);
    }

    [Fact]
    public void EnhanceMs_CallNeverMade_IsThatOfTheCallThatWas()
    {
        _costs.Learn(Call(enhanceMs: 30));
        Assert.Equal(30, _costs.EnhanceMs(StageNames.Enhance, 512, 512), 6);
        _costs.Learn(Call(enhanceMs: 70) with { Call = StageNames.Enhance });
        Assert.Equal(70, _costs.EnhanceMs(StageNames.Enhance, 512, 512), 6);
        Assert.Equal(30, _costs.EnhanceMs(StageNames.RunChain, 512, 512), 6);
    }

    [Fact]
    public void Learn_StageThatWasNotNeeded_SaysNothingOfIt()
    {
        _costs.Learn(Call(enhanceMs: 30));
        for (var i = 0; i < 50; i++)
            _costs.Learn(StageCostsTests.Call() with { ElapsedMs = 5, Spans = [] });
        Assert.Equal(30, _costs.EnhanceMs(StageNames.RunChain, 512, 512), 6);
    }

    [Fact]
    public void Learn_MoreSizesThanThereIsRoomFor_ForgetsThoseNotMeasuredForLongest()
    {
        for (var i = 1; i <= 3 * StageCosts.MostFigures; i++)
            _costs.Learn(Call(stepMs: i, size: 8 * i));
        Assert.Equal(StageCosts.MostFigures, _costs.Count);
        Assert.Equal(3 * StageCosts.MostFigures, _costs.StepMs(24 * StageCosts.MostFigures, 24 * StageCosts.MostFigures, 1), 6);
    }

    [Fact]
    public void Slowness_OneHostThreeTimesSlower_IsTold()
    {
        for (var i = 0; i < 40; i++)
        {
            _costs.Learn(Call(stepMs: 10) with { Host = "a:1" });
            _costs.Learn(Call(stepMs: 30) with { Host = "b:1" });
        }

        var slowness = _costs.Slowness([new HostLoad("a:1", 0), new HostLoad("b:1", 0), new HostLoad("c:1", 0)]);
        Assert.Equal(1, slowness[0], 6);
        Assert.InRange(slowness[1], 2.5, 3.5);
        Assert.Equal(1, slowness[2], 6);
        Assert.InRange(_costs.StepMs(512, 512, 1), 9, 14);
    }

    [Fact]
    public async Task Learn_ManyThreads_LosesNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                _costs.Learn(Call(stepMs: 10, size: 64 + 8 * thread));
                Assert.True(_costs.StepMs(64, 64, 1) > 0);
            }
        })));
        Assert.Equal(10, _costs.StepMs(64, 64, 1), 6);
    }

    internal static CallSample Call(
        double stepMs = 10,
        int steps = 8,
        int pictures = 1,
        int size = 512,
        double hopMs = 6,
        double enhanceMs = 20,
        double asideMs = 5)
    {
        var at = hopMs / 2;
        StageSpan Next(Stage stage, double ms) => new(stage, at, at += ms);
        StageSpan[] spans =
        [
            Next(Stage.Queue, 50), Next(Stage.Understand, 5), Next(Stage.Generate, stepMs * steps), Next(Stage.Enhance, enhanceMs * pictures),
            Next(Stage.Store, asideMs * pictures),
        ];
        return new CallSample(StageNames.RunChain, at + hopMs / 2, spans)
        {
            Pictures = pictures, Enhanced = pictures, Width = size, Height = size, Steps = steps, Rows = pictures,
        };
    }
}
