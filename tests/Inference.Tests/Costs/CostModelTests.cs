using Aigc.Inference.Costs;
using Aigc.Inference.Models;

namespace Aigc.Inference.Tests.Costs;

public sealed class CostModelTests
{
    private static readonly LatentShape _shape = new(4, 8, 8);
    private readonly CostModel _costs = new();

    [Fact]
    public void StepSeconds_NothingOfTheModelMeasured_IsUnknown()
    {
        _costs.LearnStep("other", _shape, 1, 1);
        Assert.Null(_costs.StepSeconds("model", _shape, 1));
        Assert.Equal(0, _costs.MostRows("model", _shape));
        Assert.Equal(0, _costs.Seconds("model", Work.Decode, 64));
    }

    [Theory]
    [InlineData(1, .5 * .2)]
    [InlineData(3, .75 * .2)]
    [InlineData(4, .2)]
    [InlineData(6, .25)]
    [InlineData(8, .3)]
    [InlineData(16, .6)]
    public void StepSeconds_OtherRowsMeasured_AreBetweenThemOrInProportion(int rows, double seconds)
    {
        _costs.LearnStep("model", _shape, 4, .2);
        _costs.LearnStep("model", _shape, 8, .3);
        Assert.Equal(seconds, _costs.StepSeconds("model", _shape, rows)!.Value, 1e-9);
        Assert.Equal(8, _costs.MostRows("model", _shape));
    }

    [Fact]
    public void StepSeconds_OtherShapesMeasured_IsTheNearestOnesByArea()
    {
        _costs.LearnStep("model", _shape, 1, .1);
        _costs.LearnStep("model", new LatentShape(4, 64, 64), 1, 50);
        Assert.Equal(.2, _costs.StepSeconds("model", new LatentShape(4, 8, 16), 1)!.Value, 1e-9);
        Assert.Equal(25, _costs.StepSeconds("model", new LatentShape(4, 32, 64), 1)!.Value, 1e-9);
        Assert.Equal(0, _costs.MostRows("model", new LatentShape(4, 8, 16)));
    }

    [Fact]
    public void LearnStep_FewSamples_AreTheirMean()
    {
        foreach (var seconds in (double[])[1, 2, 6])
            _costs.LearnStep("model", _shape, 1, seconds);
        Assert.Equal(3, _costs.StepSeconds("model", _shape, 1)!.Value, 1e-9);
        Assert.Equal([new StepTime("model", _shape, 1, 3)], _costs.StepTimes);
    }

    [Fact]
    public void LearnStep_DeviceGetsSlower_ForgetsWhatWas()
    {
        for (var i = 0; i < 1000; i++)
            _costs.LearnStep("model", _shape, 1, 1);
        _costs.LearnStep("model", _shape, 1, 2);
        Assert.Equal(1 + 1.0 / CostModel.Memory, _costs.StepSeconds("model", _shape, 1)!.Value, 1e-9);
        for (var i = 0; i < 6 * CostModel.Memory; i++)
            _costs.LearnStep("model", _shape, 1, 2);
        Assert.InRange(_costs.StepSeconds("model", _shape, 1)!.Value, 1.99, 2);
    }

    [Fact]
    public void Seconds_OtherSizesMeasured_IsTheNearestOnesByArea()
    {
        _costs.Learn("model", Work.Decode, 100, .1);
        _costs.Learn("model", Work.Decode, 1000, 3);
        Assert.Equal(.1, _costs.Seconds("model", Work.Decode, 100), 1e-9);
        Assert.Equal(.2, _costs.Seconds("model", Work.Decode, 200), 1e-9);
        Assert.Equal(6, _costs.Seconds("model", Work.Decode, 2000), 1e-9);
        Assert.Equal(0, _costs.Seconds("model", Work.Enhance, 100));
        _costs.Learn("model", Work.Understand, 0, .01);
        Assert.Equal(.01, _costs.Seconds("model", Work.Understand, 0), 1e-9);
    }

    [Fact]
    public void Learn_MoreShapesThanAreKept_ForgetsThoseNotMeasuredForLongest()
    {
        for (var i = 1; i <= 3 * CostModel.MostShapes; i++)
        {
            _costs.LearnStep("model", new LatentShape(4, 8, 8 + i), 2, 1);
            _costs.Learn("model", Work.Decode, 1000 * i, 1000 * i);
            _costs.LearnStep("model", _shape, 4, .5);
            _costs.Learn("model", Work.Decode, 1, 7);
        }

        Assert.Equal(CostModel.MostShapes, _costs.StepTimes.Count);
        Assert.Equal(4, _costs.MostRows("model", _shape));
        Assert.Equal(7, _costs.Seconds("model", Work.Decode, 1), 1e-9);
        Assert.Equal(0, _costs.MostRows("model", new LatentShape(4, 8, 9)));
        Assert.Equal(2, _costs.MostRows("model", new LatentShape(4, 8, 8 + (3 * CostModel.MostShapes))));
        // Forgotten, so as the nearest that is known has it.
        Assert.Equal(14_000, _costs.Seconds("model", Work.Decode, 2000), 1e-9);
    }
}
