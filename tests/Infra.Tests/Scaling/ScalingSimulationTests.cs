using Aigc.Benchmarks.Scaling;

namespace Aigc.Infra.Tests.Scaling;

public sealed class ScalingSimulationTests
{
    private const int Steps = 10;

    private static readonly Device _device = new("t", 0.1, 0.4, Pictures: 4, ColdSeconds: 30, PricePerHour: 3600, "a test");
    private static readonly ScaleRule _rule = new(JobsPerReplica: 4, MaxReplicas: 3, CooldownSeconds: 60);
    private static readonly Platform _platform = new();

    [Fact]
    public void Run_OnePictureOnAWarmReplica_WaitsForNothing()
    {
        var result = Run([100], _rule with { MinReplicas = 1 });

        Assert.Equal(0, result.Wait(1));
        Assert.Equal((1, 1), (result.Pictures, result.PeakReplicas));
        // Ten steps of half a second.
        Assert.Equal(5, result.BusyShare * result.ReplicaHours * 3600, 6);
    }

    [Fact]
    public void Run_OnePictureWithoutAReplica_WaitsForTheLookAndForTheColdStart()
    {
        var result = Run([101], _rule);

        // Looked at every 10 seconds: at 110.
        Assert.Equal(110 - 101 + 30, result.Wait(1), 6);
        // Started at 110, done at 145; the work was last seen at 140, and is gone for a minute at the look of 200.
        Assert.Equal(200 - 110, result.ReplicaHours * 3600, 6);
        Assert.Equal(90, result.Cost, 6);
    }

    [Fact]
    public void Run_PicturesThatShareSteps_TakeLongerTogetherAndLessEach()
    {
        // Four share steps of 1.7 s, and end together.
        var result = Run([100, 100, 100, 100], _rule with { MinReplicas = 1 });

        Assert.Equal(0, result.Wait(1));
        Assert.Equal(17, result.BusyShare * result.ReplicaHours * 3600, 6);
    }

    [Fact]
    public void Run_OneMoreThanShare_WaitsForTheirEnd()
    {
        var result = Run([100, 100, 100, 100, 100], _rule with { MinReplicas = 1, MaxReplicas = 1 });

        Assert.Equal(17, result.Wait(.99), 6);
    }

    [Fact]
    public void Run_Burst_MakesEveryPictureWithinTheBounds()
    {
        var trace = ArrivalTrace.Burst(seed: 3, pictures: 500);

        var result = ScalingSimulation.Run(trace, _device, _rule, _platform, Steps);

        Assert.Equal(trace.Arrivals.Length, result.Pictures);
        Assert.InRange(result.Pictures, 400, 600);
        Assert.Equal(3, result.PeakReplicas);
        Assert.All(result.Waits, static wait => Assert.True(wait >= 0));
        // It goes to nothing in between, and again afterwards.
        Assert.True(result.ColdStarts > 3);
    }

    [Fact]
    public void Run_ReplicaThatEndsUnderWork_HasItGoOnElsewhere()
    {
        // No grace: what runs when a replica goes is checkpointed at once.
        var platform = new Platform { StabilizationSeconds = 0, GraceSeconds = 0 };
        double[] arrivals =
            [.. Enumerable.Range(0, 60).Select(static i => 100 + i * 2.0), .. Enumerable.Range(0, 30).Select(static i => 230 + i * 5.0)];

        var result = ScalingSimulation.Run(new("t", 600, arrivals), _device, _rule, platform, Steps);

        Assert.Equal(90, result.Pictures);
    }

    [Fact]
    public void Run_SameSeed_IsTheSame()
    {
        var results = Enumerable.Range(0, 2)
            .Select(static _ => ScalingSimulation.Run(ArrivalTrace.Quiet(seed: 5), _device, _rule, _platform, Steps)).ToArray();

        Assert.Equal(results[0].Waits, results[1].Waits);
        Assert.Equal(results[0].Cost, results[1].Cost);
    }

    [Fact]
    public void Traces_HaveAsManyPicturesAsTheySay()
    {
        Assert.Equal(300, ArrivalTrace.Quiet(1).Arrivals.Length, 50.0);
        Assert.Equal(10_000, ArrivalTrace.Burst(1).Arrivals.Length, 400.0);
        Assert.Equal(1_000_000, ArrivalTrace.Million(1).Arrivals.Length, 5_000.0);
    }

    private static ScalingResult Run(double[] arrivals, ScaleRule rule) =>
        ScalingSimulation.Run(new ArrivalTrace("t", 300, arrivals), _device, rule, _platform, Steps);
}
