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

    public static TheoryData<int> Estimates =>
        [.. Enumerable.Range(0, ReferenceRun.All.Count).Where(i => ReferenceRun.All[i].Clean is not null)];

    public static TheoryData<string> Names => [.. SchedulerCatalog.Names];

    [Theory]
    [MemberData(nameof(References))]
    public void Step_WholeRun_EndsWhereDiffusersDoes(int index)
    {
        var reference = ReferenceRun.All[index];
        var scheduler = reference.CreateScheduler();
        var schedule = scheduler.CreateSchedule(reference.Steps, reference.Begin);

        var sample = DenoisingLoop.Run(scheduler, schedule);

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
    [MemberData(nameof(Estimates))]
    public void PredictClean_MidRun_IsWhatDiffusersEstimates(int index)
    {
        var reference = ReferenceRun.All[index];
        var clean = reference.Clean!;
        var scheduler = reference.CreateScheduler();
        var schedule = scheduler.CreateSchedule(reference.Steps, reference.Begin);
        var sample = DenoisingLoop.Start(schedule);
        var history = DenoisingLoop.History(scheduler);
        for (var step = schedule.Begin; step < clean.Step; step++) DenoisingLoop.Step(scheduler, schedule, step, sample, history);
        var estimate = new float[sample.Length];

        schedule.PredictClean(clean.Step, sample, DenoisingLoop.Output(scheduler, schedule, clean.Step, sample), estimate);

        var tolerance = 1e-4 * clean.MeanAbs;
        AssertNear(clean.MeanAbs, estimate.Average(element => Math.Abs((double)element)), tolerance, reference);
        foreach (var (i, expected) in clean.Elements)
            AssertNear(expected, estimate[i], Math.Max(tolerance, 1e-4 * Math.Abs(expected)), reference);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_SampleInALargerBuffer_GivesTheSameBits(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion);
        var schedule = scheduler.CreateSchedule(20);
        var alone = DenoisingLoop.Start(schedule);
        var (history, amongHistory) = (DenoisingLoop.History(scheduler), DenoisingLoop.History(scheduler));
        var batch = new float[3 * DenoisingLoop.Length + 5];
        var among = batch.AsSpan(DenoisingLoop.Length + 3, DenoisingLoop.Length);
        alone.CopyTo(among);

        for (var step = 0; step < schedule.Count; step++)
        {
            DenoisingLoop.Step(scheduler, schedule, step, alone, history);
            DenoisingLoop.Step(scheduler, schedule, step, among, amongHistory);
        }

        Assert.True(among.SequenceEqual(alone));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_OddLength_RemainderIsAsTheVectors(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion);
        var schedule = scheduler.CreateSchedule(6);
        var whole = DenoisingLoop.Start(schedule);
        var parts = whole.ToArray();
        var history = DenoisingLoop.History(scheduler);
        var histories = parts.Select(_ => new float[scheduler.HistoryLength]).ToArray();

        for (var step = 0; step < schedule.Count; step++)
        {
            var output = whole.Select(element => element / 3).ToArray();
            var noise = DenoisingLoop.Noise(step);
            scheduler.Step(schedule, step, output, whole, new StepContext { History = history, Noise = noise });
            for (var i = 0; i < parts.Length; i++)
            {
                var context = new StepContext { History = histories[i], Noise = noise.AsSpan(i, 1) };
                scheduler.Step(schedule, step, output.AsSpan(i, 1), parts.AsSpan(i, 1), context);
            }

            Assert.Equal(whole, parts);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_LongerThanABlock_EachElementGoesAsInAShortSample(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion);
        var schedule = scheduler.CreateSchedule(6);
        var few = DenoisingLoop.Start(schedule);
        var many = Enumerable.Repeat(few, 3).SelectMany(each => each).Append(few[0]).ToArray();
        var history = DenoisingLoop.History(scheduler);
        var longHistory = new float[scheduler.HistoryLength * many.Length];

        for (var step = 0; step < schedule.Count; step++)
        {
            var output = few.Select(element => element / 3).ToArray();
            var longOutput = many.Select(element => element / 3).ToArray();
            var noise = DenoisingLoop.Noise(step);
            float[] longNoise = [.. noise, .. noise, .. noise, noise[0]];
            scheduler.Step(schedule, step, output, few, new StepContext { History = history, Noise = noise });
            scheduler.Step(schedule, step, longOutput, many, new StepContext { History = longHistory, Noise = longNoise });
        }

        for (var i = 0; i < many.Length; i++) Assert.Equal(few[i % few.Length], many[i]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_HistoryAnotherRunLeft_IsNotRead(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion);
        foreach (var begin in new[] { 0, 1, 7 })
        {
            var schedule = scheduler.CreateSchedule(10, begin);
            var sample = DenoisingLoop.Start(schedule);
            var history = DenoisingLoop.History(scheduler);
            Array.Fill(history, float.NaN);

            for (var step = begin; step < schedule.Count; step++) DenoisingLoop.Step(scheduler, schedule, step, sample, history);

            Assert.Equal(DenoisingLoop.Run(scheduler, schedule), sample);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_ScheduleSharedByManyJobs_EachGoesAsItWouldAlone(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion);
        var schedule = scheduler.CreateSchedule(12);
        var alone = DenoisingLoop.Run(SchedulerCatalog.Create(name, _stableDiffusion), 12);
        var ends = new float[16][];

        Parallel.For(0, ends.Length, i => ends[i] = DenoisingLoop.Run(scheduler, schedule));

        Assert.All(ends, end => Assert.Equal(alone, end));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_Repeated_AllocatesNothing(string name) => AssertAllocatesNothing(name, _stableDiffusion);

    [Fact]
    public void Step_RepeatedWithClipping_AllocatesNothing() => AssertAllocatesNothing("ddim", _stableDiffusion with { ClipSample = true });

    [Theory]
    [MemberData(nameof(Names))]
    public void AddNoise_AtAStep_ModelThatKnowsThePictureFindsIt(string name)
    {
        // Begun midway, diffusers' PNDM skips a timestep after the first, and so do we.
        var begin = name == "pndm" ? 0 : 10;
        var scheduler = SchedulerCatalog.Create(name, _stableDiffusion with { SetAlphaToOne = true });
        var schedule = scheduler.CreateSchedule(25, begin);
        var clean = DenoisingLoop.Start(scheduler.CreateSchedule(25));
        var noise = clean.Reverse().ToArray();
        var history = DenoisingLoop.History(scheduler);
        var (sample, signal, level) = (new float[clean.Length], new float[clean.Length], new float[clean.Length]);
        var (ones, zeros) = (clean.Select(_ => 1f).ToArray(), new float[clean.Length]);

        schedule.AddNoise(begin, clean, noise, sample);
        for (var step = begin; step < schedule.Count; step++)
        {
            schedule.AddNoise(step, clean, zeros, signal);
            schedule.AddNoise(step, zeros, ones, level);
            var output = sample.Select((element, i) => (element - signal[i]) / level[i]).ToArray();
            scheduler.Step(schedule, step, output, sample, new StepContext { History = history, Noise = DenoisingLoop.Noise(step) });
        }

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
        Assert.IsType<PndmScheduler>(SchedulerCatalog.Create("PNDMScheduler", _stableDiffusion));
        Assert.IsType<EulerDiscreteScheduler>(SchedulerCatalog.Create("EulerDiscreteScheduler", _stableDiffusion));
        Assert.IsType<EulerAncestralDiscreteScheduler>(SchedulerCatalog.Create("EulerAncestralDiscreteScheduler", _stableDiffusion));
        Assert.IsType<LcmScheduler>(SchedulerCatalog.Create("LCMScheduler", _stableDiffusion));
        Assert.All(SchedulerCatalog.Names, name => Assert.Equal(name, SchedulerCatalog.Create(name, _stableDiffusion).Name));
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("UniPCMultistepScheduler")]
    public void Create_UnknownName_ListsTheKnown(string name)
    {
        var fault = Assert.Throws<InferenceException>(() => SchedulerCatalog.Create(name, _stableDiffusion));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Equal(
            $"scheduler '{name}' is unknown; known: ddim, pndm, euler, euler_ancestral, dpmpp_2m, dpmpp_2m_karras, lcm", fault.Message);
    }

    [Fact]
    public void Create_DpmSolverByDiffusersName_TakesTheFilesKarrasSigmas()
    {
        var karras = _stableDiffusion with { UseKarrasSigmas = true };
        float[] TimestepsOf(string name, SchedulerConfig config) =>
            SchedulerCatalog.Create(name, config).CreateSchedule(9).Timesteps.ToArray();

        Assert.Equal("dpmpp_2m", SchedulerCatalog.Create("DPMSolverMultistepScheduler", karras).Name);
        Assert.Equal(TimestepsOf("dpmpp_2m_karras", _stableDiffusion), TimestepsOf("DPMSolverMultistepScheduler", karras));
        Assert.NotEqual(TimestepsOf("dpmpp_2m", _stableDiffusion), TimestepsOf("DPMSolverMultistepScheduler", karras));
    }

    [Fact]
    public void SamplerName_EachScheduler_IsAsPictureManagersHaveIt()
    {
        Assert.Equal(
            ["DDIM", "PLMS", "Euler", "Euler a", "DPM++ 2M", "DPM++ 2M Karras", "LCM"],
            SchedulerCatalog.Names.Select(SchedulerCatalog.SamplerName));
        Assert.Equal("Euler a", SchedulerCatalog.SamplerName("EulerAncestralDiscreteScheduler"));
        Assert.Equal(
            InferenceFault.BadRequest, Assert.Throws<InferenceException>(() => SchedulerCatalog.SamplerName("foo")).Kind);
    }

    private static void AssertAllocatesNothing(string name, SchedulerConfig config)
    {
        var scheduler = SchedulerCatalog.Create(name, config);
        var schedule = scheduler.CreateSchedule(50);
        var sample = DenoisingLoop.Start(schedule);
        var output = new float[sample.Length];
        var noise = DenoisingLoop.Noise(0);
        var history = DenoisingLoop.History(scheduler);

        Assert.Equal(0L, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var step = i % schedule.Count;
                scheduler.ScaleModelInput(schedule, step, sample, output);
                schedule.PredictClean(step, sample, output, output);
                scheduler.Step(schedule, step, output, sample, new StepContext { History = history, Noise = noise });
                schedule.AddNoise(step, sample, output, sample);
            }
        }));
    }

    private static void AssertNear(double expected, double actual, double tolerance, ReferenceRun reference) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{actual} is not {expected} within {tolerance}: {reference}");
}
