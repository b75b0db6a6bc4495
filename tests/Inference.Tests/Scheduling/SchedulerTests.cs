using Aigc.Inference.Faults;
using Aigc.Inference.Scheduling;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Scheduling;

public sealed class SchedulerTests
{
    private static readonly SchedulerConfig _stableDiffusion = new()
    {
        BetaStart = 0.00085,
        BetaEnd = 0.012,
        BetaSchedule = BetaSchedule.ScaledLinear,
        ClipSample = false,
        SetAlphaToOne = false,
        StepsOffset = 1,
    };

    public static TheoryData<int> References => [.. Enumerable.Range(0, ReferenceRun.All.Count)];

    public static TheoryData<string> Names => [.. SchedulerCatalog.Names];

    [Theory]
    [MemberData(nameof(References))]
    public void Step_WholeRun_EndsWhereDiffusersDoes(int index)
    {
        var reference = ReferenceRun.All[index];
        var scheduler = reference.CreateScheduler();
        var schedule = scheduler.CreateSchedule(reference.Steps);

        var sample = DenoisingLoop.Run(scheduler, reference.Steps);

        // Relative to the size of the samples: some of those looked at lie near 0.
        var tolerance = 1e-4 * reference.MeanAbs;
        Assert.Equal(reference.Timesteps.Length, schedule.Count);
        for (var step = 0; step < schedule.Count; step++)
            AssertNear(reference.Timesteps[step], schedule.Timesteps[step], 1e-5 * reference.Timesteps[0], reference);
        AssertNear(reference.InitNoiseSigma, schedule.InitNoiseSigma, 1e-4 * reference.InitNoiseSigma, reference);
        AssertNear(reference.MeanAbs, sample.Average(element => Math.Abs((double)element)), tolerance, reference);
        AssertNear(reference.Sum, sample.Sum(element => (double)element), tolerance * sample.Length, reference);
        foreach (var (i, expected) in reference.Elements)
            AssertNear(expected, sample[i], Math.Max(tolerance, 1e-4 * Math.Abs(expected)), reference);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_SampleInALargerBuffer_GivesTheSameBits(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion);
        var schedule = scheduler.CreateSchedule(20);
        var alone = DenoisingLoop.Start(schedule);
        var batch = new float[3 * DenoisingLoop.Length + 5];
        var among = batch.AsSpan(DenoisingLoop.Length + 3, DenoisingLoop.Length);
        alone.CopyTo(among);

        for (var step = 0; step < schedule.Count; step++)
        {
            DenoisingLoop.Step(scheduler, schedule, step, alone);
            DenoisingLoop.Step(scheduler, schedule, step, among);
        }

        Assert.True(among.SequenceEqual(alone));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_OddLength_RemainderIsAsTheVectors(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion);
        var schedule = scheduler.CreateSchedule(4);
        var whole = DenoisingLoop.Start(schedule);
        var parts = whole.ToArray();
        var output = whole.Select(element => element / 3).ToArray();

        scheduler.Step(schedule, 2, output, whole);
        for (var i = 0; i < parts.Length; i++) scheduler.Step(schedule, 2, output.AsSpan(i, 1), parts.AsSpan(i, 1));

        Assert.Equal(whole, parts);
    }

    [Theory]
    [InlineData("ddim", false)]
    [InlineData("ddim", true)]
    [InlineData("euler", false)]
    public void Step_Repeated_AllocatesNothing(string name, bool clip)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion with { ClipSample = clip });
        var schedule = scheduler.CreateSchedule(1000 / 2);
        var sample = DenoisingLoop.Start(schedule);
        var output = new float[sample.Length];

        Assert.Equal(0L, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                scheduler.ScaleModelInput(schedule, i % schedule.Count, sample, output);
                scheduler.Step(schedule, i % schedule.Count, output, sample);
                schedule.AddNoise(i % schedule.Count, sample, output, sample);
            }
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AddNoise_AtAStep_ModelThatKnowsTheNoiseFindsThePicture(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion with { SetAlphaToOne = true });
        var schedule = scheduler.CreateSchedule(25);
        var clean = DenoisingLoop.Start(schedule);
        var noise = clean.Reverse().ToArray();
        var sample = new float[clean.Length];

        schedule.AddNoise(10, clean, noise, sample);
        for (var step = 10; step < schedule.Count; step++) scheduler.Step(schedule, step, noise, sample);

        for (var i = 0; i < clean.Length; i++) Assert.Equal(clean[i], sample[i], 1e-4 * schedule.InitNoiseSigma);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    [InlineData(1001)]
    public void CreateSchedule_StepsOutOfRange_IsABadRequest(int steps)
    {
        foreach (var name in SchedulerCatalog.Names)
        {
            var fault = Assert.Throws<InferenceException>(() => SchedulerCatalog.Create(name, new SchedulerConfig()).CreateSchedule(steps));

            Assert.Equal(InferenceFault.BadRequest, fault.Kind);
            Assert.Contains($"steps {steps} is not between 1 and 1000", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CreateSchedule_OffsetLeadsPastTheEnd_IsABadRequest()
    {
        var scheduler = new DdimScheduler(_stableDiffusion);

        Assert.Equal(InferenceFault.BadRequest, Assert.Throws<InferenceException>(() => scheduler.CreateSchedule(1000)).Kind);
        Assert.Equal(999, new DdimScheduler(_stableDiffusion with { StepsOffset = 0 }).CreateSchedule(1000).Timesteps[0]);
    }

    [Fact]
    public void CreateSchedule_EpsilonWhereNoSignalIsLeft_IsABadModel()
    {
        var config = _stableDiffusion with { RescaleBetasZeroSnr = true, TimestepSpacing = TimestepSpacing.Trailing };

        var fault = Assert.Throws<InferenceException>(() => new DdimScheduler(config).CreateSchedule(20));

        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.All(DenoisingLoop.Run(new EulerDiscreteScheduler(config), 20), element => Assert.True(float.IsFinite(element)));
    }

    [Fact]
    public void Create_ByDiffusersName_GivesTheScheduler()
    {
        Assert.IsType<DdimScheduler>(SchedulerCatalog.Create("DDIMScheduler", _stableDiffusion));
        Assert.IsType<EulerDiscreteScheduler>(SchedulerCatalog.Create("EulerDiscreteScheduler", _stableDiffusion));
        Assert.All(SchedulerCatalog.Names, name => Assert.Equal(name, SchedulerCatalog.Create(name, _stableDiffusion).Name));
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("PNDMScheduler")]
    public void Create_UnknownName_ListsTheKnown(string name)
    {
        var fault = Assert.Throws<InferenceException>(() => SchedulerCatalog.Create(name, _stableDiffusion));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Equal($"scheduler '{name}' is unknown; known: ddim, euler", fault.Message);
    }

    private static void AssertNear(double expected, double actual, double tolerance, ReferenceRun reference) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{actual} is not {expected} within {tolerance}: {reference}");
}
