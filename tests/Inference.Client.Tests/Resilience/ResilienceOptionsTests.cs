using Aigc.Inference.Client.Resilience;

namespace Aigc.Inference.Client.Tests.Resilience;

public sealed class ResilienceOptionsTests
{
    [Fact]
    public void Faults_Defaults_HaveNone() => Assert.Empty(new ResilienceOptions().Faults());

    [Fact]
    public void Faults_EveryLimitIsWrong_NamesEach()
    {
        var wrong = new ResilienceOptions
        {
            Understand = new StageResilience { Deadline = TimeSpan.Zero, Concurrency = 0, Queue = -1 },
            Prepare = new StageResilience { Deadline = TimeSpan.FromDays(2), HedgeAfter = TimeSpan.FromSeconds(-1) },
            Run = new StageResilience { Hedge = true },
            Breaker = new BreakerOptions
            {
                FailureRatio = double.NaN,
                MinimumThroughput = 1,
                SamplingDuration = TimeSpan.Zero,
                BreakDuration = TimeSpan.FromDays(2),
            },
            Jitter = 1.5,
        };
        Assert.Equal(
            [
                "deadline 00:00:00 of understand is not from 10 milliseconds to 1.00:00:00",
                "concurrency 0 of understand is below 1",
                "queue -1 of understand is below 0",
                "deadline 2.00:00:00 of prepare is not from 10 milliseconds to 1.00:00:00",
                "hedge after -00:00:01 of prepare is not from 0 to 1.00:00:00",
                "run cannot be hedged: only understand, prepare and enhance are short enough to be made twice",
                "failure ratio NaN of the breaker is not above 0 and at most 1",
                "minimum throughput 1 of the breaker is below 2",
                "sampling duration 00:00:00 of the breaker is not from half a second to 1 day",
                "break duration 2.00:00:00 of the breaker is not from half a second to 1 day",
                "jitter 1.5 is not from 0 to 1",
            ],
            wrong.Faults());
    }
}
