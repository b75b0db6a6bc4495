using System.Collections.Immutable;

namespace Aigc.Inference.Scheduling;

/// <summary>
/// The steps of one denoising run, worked out before it starts. Immutable: jobs share it, and each holds its own step.
/// </summary>
public sealed class Schedule
{
    private readonly ImmutableArray<DenoisingStep> _steps;
    private readonly float[] _timesteps;

    internal Schedule(IEnumerable<DenoisingStep> steps, double initNoiseSigma)
    {
        _steps = [.. steps];
        _timesteps = [.. _steps.Select(step => step.Timestep)];
        InitNoiseSigma = (float)initNoiseSigma;
    }

    /// <summary>How many times the model is called.</summary>
    public int Count => _steps.Length;

    /// <summary>What the model is told at each step, from noise to picture, in training timesteps; Euler's need not be whole.</summary>
    public ReadOnlySpan<float> Timesteps => _timesteps;

    /// <summary>What standard-normal noise is multiplied by to start a run from nothing.</summary>
    public float InitNoiseSigma { get; }

    internal ref readonly DenoisingStep this[int step] => ref _steps.ItemRef(step);

    /// <summary>Writes the sample that a run has before a step, for a picture that is known: how image to image starts midway.</summary>
    /// <param name="step">The step that comes next, from 0.</param>
    /// <param name="clean">The picture's latent.</param>
    /// <param name="noise">Standard normal, of the same length.</param>
    /// <param name="destination">Of the same length; it may be either of the two.</param>
    public void AddNoise(int step, ReadOnlySpan<float> clean, ReadOnlySpan<float> noise, Span<float> destination)
    {
        var level = this[step].Level;
        LinearBlend.Combine(level.Signal, clean, level.Noise, noise, destination);
    }
}
