using Aigc.Inference.Faults;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

public sealed class ScheduleRefusalTests
{
    private static readonly SchedulerConfig _latent = new() { ClipSample = false };

    public static TheoryData<string> Names => [.. SchedulerCatalog.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void CreateSchedule_BeginOutsideTheRun_IsABadRequest(string name)
    {
        var scheduler = SchedulerCatalog.Create(name, _latent);
        var last = scheduler.CreateSchedule(10).Count - 1;

        foreach (var begin in new[] { -1, last + 1 })
        {
            var fault = Assert.Throws<InferenceException>(() => scheduler.CreateSchedule(10, begin));
            Assert.Equal(InferenceFault.BadRequest, fault.Kind);
            Assert.StartsWith($"begin {begin} is not between 0 and {last}", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(last, scheduler.CreateSchedule(10, last).Begin);
    }

    [Theory]
    [InlineData("lcm", 51, 0, "steps 51 is above original_inference_steps 50")]
    [InlineData("dpmpp_2m", 1000, 0, "steps 1000 leaves no two timesteps apart; ask for at most 999")]
    [InlineData("pndm", 3, 0, "steps 3 is below 4, the least that pndm takes with skip_prk_steps false")]
    [InlineData("pndm", 8, 2, "begin 2 is not 0, where alone pndm can begin with skip_prk_steps false")]
    public void CreateSchedule_WhatTheSchedulerCannotDo_IsABadRequest(string name, int steps, int begin, string expected)
    {
        var scheduler = SchedulerCatalog.Create(name, _latent with { SkipPrkSteps = false });

        var fault = Assert.Throws<InferenceException>(() => scheduler.CreateSchedule(steps, begin));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.StartsWith(expected, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TimestepSpacing.Leading, 1)]
    [InlineData(TimestepSpacing.Linspace, 0)]
    [InlineData(TimestepSpacing.Trailing, 0)]
    public void CreateSchedule_AnyStepsOfDpmSolver_StayFiniteOrAreRefused(TimestepSpacing spacing, int offset)
    {
        var scheduler = SchedulerCatalog.Create(
            "dpmpp_2m", _latent with { TimestepSpacing = spacing, StepsOffset = offset, NumTrainTimesteps = 100 });

        for (var steps = 1; steps <= 100; steps++)
        {
            var refused = spacing != TimestepSpacing.Trailing && steps > 99 - offset;
            if (refused) Assert.Throws<InferenceException>(() => scheduler.CreateSchedule(steps));
            else Assert.All(DenoisingLoop.Run(scheduler, steps), element => Assert.True(float.IsFinite(element)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CreateSchedule_EveryStepCountSpacingAndBeginning_StaysWithinTheTraining(string name)
    {
        foreach (var spacing in Enum.GetValues<TimestepSpacing>())
        {
            var scheduler = SchedulerCatalog.Create(name, _latent with { TimestepSpacing = spacing, NumTrainTimesteps = 100 });
            for (var steps = 1; steps <= 50; steps++)
            {
                foreach (var begin in new[] { 0, 1, steps - 1 }.Where(begin => begin < steps))
                    AssertSound(scheduler.CreateSchedule(steps, begin));
            }
        }
    }

    [Fact]
    public void Create_ValueTheSchedulerDoesNotDo_IsRefusedByName()
    {
        var sample = _latent with { PredictionType = PredictionType.Sample };
        AssertRefused("pndm", "PNDMScheduler", sample, "pndm does not do prediction_type sample");
        AssertRefused("euler_ancestral", "EulerAncestralDiscreteScheduler", sample, "euler_ancestral does not do prediction_type sample");
        AssertRefused(
            "pndm", "PNDMScheduler", _latent with { RescaleBetasZeroSnr = true }, "pndm does not do rescale_betas_zero_snr true");
        AssertRefused("lcm", "LCMScheduler", _latent with { ClipSample = true }, "lcm does not do clip_sample true");
        AssertRefused(
            "lcm",
            "LCMScheduler",
            _latent with { NumTrainTimesteps = 20 },
            "lcm does not do original_inference_steps 50 of num_train_timesteps 20");
        AssertRefused(
            "dpmpp_2m",
            "DPMSolverMultistepScheduler",
            _latent with { LambdaMinClipped = 50 },
            "dpmpp_2m does not do lambda_min_clipped 50, which leaves no timesteps");
    }

    private static void AssertSound(Schedule schedule)
    {
        Assert.True(float.IsFinite(schedule.InitNoiseSigma));
        for (var step = schedule.Begin; step < schedule.Count; step++)
        {
            Assert.InRange(schedule.Timesteps[step], 0, 99);
            Assert.InRange(schedule.InputScales[step], float.Epsilon, 1);
            var map = schedule.Map(step);
            for (var row = 0; row < map.Rows; row++)
            {
                foreach (var coefficient in map.Row(row)) Assert.True(float.IsFinite(coefficient));
            }
        }
    }

    // Of a file written for the scheduler the model is at fault; of any other, the request that chose the scheduler.
    private static void AssertRefused(string name, string className, SchedulerConfig config, string expected)
    {
        foreach (var (written, kind) in new[] { (className, InferenceFault.BadModel), ("DDIMScheduler", InferenceFault.BadRequest) })
        {
            var fault = Assert.Throws<InferenceException>(
                () => SchedulerCatalog.Create(name, config with { ClassName = written }).CreateSchedule(4));

            Assert.Equal(kind, fault.Kind);
            Assert.StartsWith(expected, fault.Message, StringComparison.Ordinal);
        }
    }
}
