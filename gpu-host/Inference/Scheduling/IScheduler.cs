using System.Diagnostics.CodeAnalysis;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>
/// Takes a sample from noise to picture. A scheduler holds no state of a run, so one instance serves every job of a batch at whatever step
/// each is, and a job's numbers do not depend on who shares its batch.
/// </summary>
/// <remarks>
/// A run: fill the sample with noise, multiply it by <see cref="Schedule.InitNoiseSigma"/>; then for each step scale the model's input,
/// call the model at the step's timestep, and step. Samples are flat spans of one sample each, in any layout.
/// </remarks>
[SuppressMessage("Naming", "CA1716", Justification = "The field's own word, and no caller is written in Visual Basic.")]
public interface IScheduler
{
    /// <summary>The name a request chooses it by.</summary>
    string Name { get; }

    /// <summary>How many samples of history a job keeps for it in <see cref="StepContext.History"/>.</summary>
    int HistoryLength { get; }

    /// <summary>
    /// Whether steps want fresh noise in <see cref="StepContext.Noise"/>; <see cref="StepMap.AddsNoise"/> says which of them do.
    /// </summary>
    bool NeedsNoise { get; }

    /// <summary>Works out a run.</summary>
    /// <param name="steps">From 1 to <see cref="SchedulerConfig.NumTrainTimesteps"/>; some schedulers take fewer.</param>
    /// <param name="begin">
    /// The step that the run starts at, below the schedule's <see cref="Schedule.Count"/>: 0 from noise; for image to image about
    /// <c>(1 - strength) * steps</c>, from <see cref="Schedule.AddNoise"/>. History is empty there, whichever step it is.
    /// </param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: that many steps cannot be had, or cannot begin
    /// there. <see cref="InferenceFault.BadModel"/>: the model's configuration leaves such a run undefined.</exception>
    Schedule CreateSchedule(int steps, int begin = 0);

    /// <summary>Writes what the model is given at a step.</summary>
    void ScaleModelInput(Schedule schedule, int step, ReadOnlySpan<float> sample, Span<float> destination) =>
        schedule.ScaleModelInput(step, sample, destination);

    /// <summary>Takes a sample through one step, in place. Allocates nothing.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The run has no such step, or a span is not of the length it must have.</exception>
    void Step(Schedule schedule, int step, ReadOnlySpan<float> modelOutput, Span<float> sample, StepContext context = default) =>
        schedule.Step(step, modelOutput, sample, context);
}
