namespace Aigc.Inference.Scheduling;

/// <summary>
/// DDIM without added noise: eta 0 of Song et al., "Denoising Diffusion Implicit Models", 2020, equation 12; numbers as diffusers'
/// <c>DDIMScheduler</c> has them.
/// </summary>
public sealed class DdimScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly double[] _alphasCumprod;

    /// <summary>Makes the scheduler for a model.</summary>
    public DdimScheduler(SchedulerConfig config)
    {
        _config = config;
        _alphasCumprod = NoiseSchedule.AlphasCumprod(config);
    }

    /// <inheritdoc/>
    public string Name => "ddim";

    /// <inheritdoc/>
    public int HistoryLength => 0;

    /// <inheritdoc/>
    public bool NeedsNoise => false;

    /// <inheritdoc/>
    public Schedule CreateSchedule(int steps)
    {
        var timesteps = Timesteps.Space(_config, _config.TimestepSpacing ?? TimestepSpacing.Leading, steps);
        return new Schedule(timesteps.Select(timestep => StepAt((int)Math.Round(timestep), steps)), initNoiseSigma: 1);
    }

    /// <inheritdoc/>
    public void ScaleModelInput(Schedule schedule, int step, ReadOnlySpan<float> sample, Span<float> destination) =>
        sample.CopyTo(destination);

    /// <inheritdoc/>
    public void Step(Schedule schedule, int step, ReadOnlySpan<float> modelOutput, Span<float> sample, StepContext context = default)
    {
        ref readonly var current = ref schedule[step];
        if (_config.ClipSample)
        {
            StepClipped(current, modelOutput, sample);
            return;
        }

        var result = current.Result;
        LinearBlend.Combine(result.FromSample, sample, result.FromOutput, modelOutput, sample);
    }

    // The step back is a whole ratio whatever the spacing, so with trailing and linspace it need not end on the next timestep.
    private DenoisingStep StepAt(int timestep, int steps)
    {
        var previous = timestep - _config.NumTrainTimesteps / steps;
        var finalAlpha = _config.SetAlphaToOne ? 1 : _alphasCumprod[0];
        var next = Level(previous >= 0 ? _alphasCumprod[previous] : finalAlpha);
        return DenoisingStep.Between(timestep, Level(_alphasCumprod[timestep]), next, _config.PredictionType);
    }

    private static NoiseLevel Level(double alpha) => new(Math.Sqrt(alpha), Math.Sqrt(1 - alpha));

    // Only pixel models clip, so this path is plain. The noise is not derived again from the clipped sample, as in diffusers by default.
    private void StepClipped(in DenoisingStep step, ReadOnlySpan<float> modelOutput, Span<float> sample)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(modelOutput.Length, sample.Length);
        for (var i = 0; i < sample.Length; i++)
        {
            var clean = step.Clean.FromSample * sample[i] + step.Clean.FromOutput * modelOutput[i];
            var noise = step.Noise.FromSample * sample[i] + step.Noise.FromOutput * modelOutput[i];
            clean = Math.Clamp(clean, -_config.ClipSampleRange, _config.ClipSampleRange);
            sample[i] = (float)(step.Next.Signal * clean + step.Next.Noise * noise);
        }
    }
}
