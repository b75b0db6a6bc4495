using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

public sealed class StepMapTests
{
    private static readonly SchedulerConfig _latent = new() { ClipSample = false, StepsOffset = 1 };

    public static TheoryData<string, bool> Schedulers
    {
        get
        {
            var schedulers = new TheoryData<string, bool> { { "pndm", false } };
            foreach (var name in SchedulerCatalog.Names) schedulers.Add(name, true);
            return schedulers;
        }
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Map_CarriedOutByHand_EndsOnTheSchedulersBits(string name, bool skipPrkSteps)
    {
        var scheduler = SchedulerCatalog.Create(name, _latent with { SkipPrkSteps = skipPrkSteps });
        var schedule = scheduler.CreateSchedule(9);
        var sample = DenoisingLoop.Start(schedule);
        var history = new float[scheduler.HistoryLength][];
        for (var i = 0; i < history.Length; i++) history[i] = new float[sample.Length];

        for (var step = 0; step < schedule.Count; step++)
        {
            var map = schedule.Map(step);
            Assert.Equal((history.Length, history.Length + 1, history.Length + 3), (map.HistoryLength, map.Rows, map.Columns));
            float[][] columns = [sample, .. history, DenoisingLoop.Output(scheduler, schedule, step, sample), DenoisingLoop.Noise(step)];
            var rows = Enumerable.Range(0, map.Rows).Select(row => Combine(map.Row(row).ToArray(), columns)).ToArray();
            for (var row = 1; row < rows.Length; row++) Assert.True(!map.Keeps(row) || rows[row].SequenceEqual(history[row - 1]));
            (sample, history) = (rows[0], rows[1..]);
        }

        Assert.Equal(DenoisingLoop.Run(scheduler, schedule), sample);
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void InputScales_EachStep_AreWhatTheModelsInputIsMultipliedBy(string name, bool skipPrkSteps)
    {
        var scheduler = SchedulerCatalog.Create(name, _latent with { SkipPrkSteps = skipPrkSteps });
        var schedule = scheduler.CreateSchedule(9);
        var sample = DenoisingLoop.Start(schedule);
        var input = new float[sample.Length];

        Assert.Equal(schedule.Count, schedule.InputScales.Length);
        for (var step = 0; step < schedule.Count; step++)
        {
            scheduler.ScaleModelInput(schedule, step, sample, input);
            for (var i = 0; i < input.Length; i++) Assert.Equal(sample[i] * schedule.InputScales[step], input[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void AddsNoise_OfANoisyScheduler_IsEveryStepButTheLast(string name, bool skipPrkSteps)
    {
        var scheduler = SchedulerCatalog.Create(name, _latent with { SkipPrkSteps = skipPrkSteps });
        var schedule = scheduler.CreateSchedule(9);

        for (var step = 0; step < schedule.Count; step++)
            Assert.Equal(scheduler.NeedsNoise && step < schedule.Count - 1, schedule.Map(step).AddsNoise);
        if (!scheduler.NeedsNoise) return;

        var sample = DenoisingLoop.Start(schedule);
        scheduler.Step(schedule, schedule.Count - 1, sample.ToArray(), sample);
        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Step(schedule, 0, sample.ToArray(), sample));
    }

    [Fact]
    public void Map_OfAScheduleThatClips_IsRefused()
    {
        var clipping = SchedulerCatalog.Create("ddim", _latent with { ClipSample = true }).CreateSchedule(4);

        Assert.False(clipping.IsLinear);
        Assert.Throws<InvalidOperationException>(() => clipping.Map(0));
        Assert.All(SchedulerCatalog.Names, name => Assert.True(SchedulerCatalog.Create(name, _latent).CreateSchedule(4).IsLinear));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Map_StepTheRunHasNot_IsRefused(int step)
    {
        foreach (var name in new[] { "ddim", "dpmpp_2m" })
        {
            var scheduler = SchedulerCatalog.Create(name, _latent);
            var schedule = scheduler.CreateSchedule(5, begin: 3);

            Assert.Equal(3, schedule.Begin);
            Assert.Throws<ArgumentOutOfRangeException>(() => schedule.Map(step));
            Assert.Throws<ArgumentOutOfRangeException>(
                () => scheduler.Step(schedule, step, new float[4], new float[4], new StepContext { History = new float[4] }));
        }
    }

    [Fact]
    public void Step_SpansOfWrongLength_AreRefused()
    {
        var scheduler = SchedulerCatalog.Create("dpmpp_2m", _latent);
        var schedule = scheduler.CreateSchedule(4);

        Assert.Throws<ArgumentOutOfRangeException>(() => scheduler.Step(schedule, 0, new float[4], new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => scheduler.Step(schedule, 0, new float[3], new float[4], new StepContext { History = new float[4] }));
    }

    // One element at a time, terms in the order of the columns, every operation rounded: nothing of how it is done in the product.
    private static float[] Combine(float[] coefficients, float[][] columns)
    {
        var result = new float[columns[0].Length];
        for (var column = 0; column < coefficients.Length; column++)
        {
            if (coefficients[column] == 0) continue;
            for (var i = 0; i < result.Length; i++)
            {
                var product = coefficients[column] * columns[column][i];
                result[i] += product;
            }
        }

        return result;
    }
}
