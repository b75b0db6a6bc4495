using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Hosts;

namespace Aigc.Inference.Client.Tests.Hosts;

public sealed class HostFiguresTests
{
    [Fact]
    public void Of_StepTimes_CapacityIsThatOfTheBestBatchOfTheModel()
    {
        var load = new WatchLoadResponse
        {
            QueuedSeconds = 1.5,
            Running = 2,
            Waiting = 1,
            StepTimes =
            {
                new StepTime { Model = "tiny", Width = 100, Height = 10, Rows = 1, Seconds = 0.5 },
                new StepTime { Model = "tiny", Width = 100, Height = 10, Rows = 8, Seconds = 1 },
                new StepTime { Model = "tiny", Width = 100, Height = 10, Rows = 8, Seconds = 0 },
                new StepTime { Model = "other", Width = 100, Height = 10, Rows = 8, Seconds = 0.1 },
            },
        };

        Assert.Equal(new HostFigures(1.5, 2, 1, 8000, Draining: false), HostFigures.Of(load, "tiny"));
        Assert.Equal(80_000, HostFigures.Of(load, null).Capacity);
        Assert.Null(HostFigures.Of(load, "third").Capacity);
    }

    [Theory]
    [InlineData(double.NaN, 1e12)]
    [InlineData(double.PositiveInfinity, 1e12)]
    [InlineData(-5, 0)]
    public void Of_FiguresThatNoQueueHas_AreBoundedAndDrawNoCalls(double said, double taken)
    {
        var figures = HostFigures.Of(new WatchLoadResponse { QueuedSeconds = said, Running = -3, Waiting = int.MinValue }, null);
        Assert.Equal((taken, 0, 0), (figures.QueuedSeconds, figures.Running, figures.Waiting));
    }
}
