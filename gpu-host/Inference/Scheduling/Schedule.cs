using System.Collections.Immutable;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>
/// The steps of one denoising run, worked out before it starts. Immutable: jobs share it, and each holds its own step.
/// </summary>
public sealed class Schedule
{
    private readonly ImmutableArray<ScheduleStep> _steps;
    private readonly float[] _timesteps;
    private readonly float[] _inputScales;

    internal Schedule(IEnumerable<ScheduleStep> steps, double initNoiseSigma, int begin)
    {
        _steps = [.. steps];
        CheckBegin(begin, Count);
        _timesteps = [.. _steps.Select(step => step.Timestep)];
        _inputScales = [.. _steps.Select(step => (float)step.InputScale)];
        InitNoiseSigma = (float)initNoiseSigma;
        Begin = begin;
        IsLinear = _steps.All(step => step.Map is not null);
    }

    /// <summary>How many steps there are, those before <see cref="Begin"/> included. A step is one call of the model.</summary>
    public int Count => _steps.Length;

    /// <summary>The step that a run starts at: 0 from noise alone, later from a picture.</summary>
    public int Begin { get; }

    /// <summary>What the model is told at each step, from noise to picture, in training timesteps; Euler's need not be whole.</summary>
    public ReadOnlySpan<float> Timesteps => _timesteps;

    /// <summary>What the sample is multiplied by at each step before the model sees it.</summary>
    public ReadOnlySpan<float> InputScales => _inputScales;

    /// <summary>What standard-normal noise is multiplied by to start a run from nothing.</summary>
    public float InitNoiseSigma { get; }

    /// <summary>
    /// Whether every step is a <see cref="StepMap"/>; false only where DDIM clips the clean sample, for models of pixels.
    /// </summary>
    public bool IsLinear { get; }

    /// <summary>A step as a linear map.</summary>
    /// <param name="step">From <see cref="Begin"/> to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run has no such step.</exception>
    /// <exception cref="InvalidOperationException">The schedule is not linear.</exception>
    public StepMap Map(int step) =>
        At(step).Map ?? throw new InvalidOperationException("A step that clips is no linear map; ask IsLinear before.");

    /// <summary>Writes the sample that a run has before a step, for a picture that is known: how image to image starts midway.</summary>
    /// <param name="step">The step that comes next, from 0.</param>
    /// <param name="clean">The picture's latent.</param>
    /// <param name="noise">Standard normal, of the same length.</param>
    /// <param name="destination">Of the same length; it may be either of the two.</param>
    public void AddNoise(int step, ReadOnlySpan<float> clean, ReadOnlySpan<float> noise, Span<float> destination)
    {
        var level = _steps[step].Level;
        LinearBlend.Combine(level.Signal, clean, level.Noise, noise, destination);
    }

    /// <summary>Writes the model's present estimate of the clean sample, which a preview shows. Allocates nothing.</summary>
    /// <param name="step">The step that the model was called for.</param>
    /// <param name="sample">The sample before the step: call this first.</param>
    /// <param name="modelOutput">What the model answered, guidance applied.</param>
    /// <param name="destination">Of the same length; it may be either of the two.</param>
    public void PredictClean(int step, ReadOnlySpan<float> sample, ReadOnlySpan<float> modelOutput, Span<float> destination)
    {
        var at = _steps[step];
        if (at.Clipped is { } clipped) clipped.PredictClean(sample, modelOutput, destination);
        else LinearBlend.Combine(at.Clean.FromSample, sample, at.Clean.FromOutput, modelOutput, destination);
    }

    /// <summary>For schedulers whose steps depend on where the run begins: before they are worked out.</summary>
    internal static void CheckBegin(int begin, int count)
    {
        if (begin >= 0 && begin < count) return;
        throw new InferenceException(
            InferenceFault.BadRequest, $"begin {begin} is not between 0 and {count - 1}, the first and the last step of the run");
    }

    internal void ScaleModelInput(int step, ReadOnlySpan<float> sample, Span<float> destination)
    {
        var scale = _inputScales[step];
        if (scale == 1) sample.CopyTo(destination);
        else LinearBlend.Scale(scale, sample, destination);
    }

    internal void Step(int step, ReadOnlySpan<float> modelOutput, Span<float> sample, StepContext context)
    {
        var at = At(step);
        if (at.Clipped is { } clipped) clipped.Apply(modelOutput, sample);
        else at.Map!.Apply(sample, context.History, modelOutput, context.Noise);
    }

    private ScheduleStep At(int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, Begin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Count);
        return _steps[step];
    }
}
