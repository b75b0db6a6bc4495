namespace Aigc.Inference.Scheduling;

/// <summary>
/// Euler's method without churn: Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", 2022, algorithm 2 with
/// gamma 0; numbers as diffusers' <c>EulerDiscreteScheduler</c> has them.
/// </summary>
public sealed class EulerDiscreteScheduler : IScheduler
{
    private const double Rho = 7;

    // What diffusers puts in place of 0, so that the noisiest sigma is finite.
    private const double LeastAlpha = 1.0 / (1 << 24);

    private readonly SchedulerConfig _config;
    private readonly TimestepSpacing _spacing;
    private readonly double[] _sigmas;

    /// <summary>Makes the scheduler for a model.</summary>
    public EulerDiscreteScheduler(SchedulerConfig config)
    {
        _config = config;
        _spacing = config.TimestepSpacing ?? TimestepSpacing.Linspace;
        var alphas = NoiseSchedule.AlphasCumprod(config);
        if (config.RescaleBetasZeroSnr) alphas[^1] = LeastAlpha;
        _sigmas = [.. alphas.Select(alpha => Math.Sqrt((1 - alpha) / alpha))];
    }

    /// <inheritdoc/>
    public string Name => "euler";

    /// <inheritdoc/>
    public int HistoryLength => 0;

    /// <inheritdoc/>
    public bool NeedsNoise => false;

    /// <inheritdoc/>
    public Schedule CreateSchedule(int steps)
    {
        var timesteps = Timesteps.Space(_config, _spacing, steps);
        var sigmas = timesteps.Select(SigmaAt).ToArray();
        if (_config.UseKarrasSigmas)
        {
            sigmas = KarrasSigmas(_config.SigmaMax ?? sigmas[0], _config.SigmaMin ?? sigmas[^1], steps);
            timesteps = [.. sigmas.Select(TimestepOf)];
        }

        var last = _config.FinalSigmasType == FinalSigmasType.SigmaMin ? _sigmas[0] : 0;
        var levels = sigmas.Append(last).Select(sigma => new NoiseLevel(Signal: 1, sigma)).ToArray();
        var initNoiseSigma = _spacing == TimestepSpacing.Leading ? Math.Sqrt(sigmas[0] * sigmas[0] + 1) : sigmas[0];
        return new Schedule(
            Enumerable.Range(0, steps).Select(i => DenoisingStep.Between(timesteps[i], levels[i], levels[i + 1], _config.PredictionType)),
            initNoiseSigma);
    }

    /// <inheritdoc/>
    public void ScaleModelInput(Schedule schedule, int step, ReadOnlySpan<float> sample, Span<float> destination)
    {
        var sigma = schedule[step].Level.Noise;
        LinearBlend.Scale(1 / Math.Sqrt(sigma * sigma + 1), sample, destination);
    }

    /// <inheritdoc/>
    public void Step(Schedule schedule, int step, ReadOnlySpan<float> modelOutput, Span<float> sample, StepContext context = default)
    {
        var result = schedule[step].Result;
        LinearBlend.Combine(result.FromSample, sample, result.FromOutput, modelOutput, sample);
    }

    private static double[] KarrasSigmas(double max, double min, int steps) =>
        [.. Timesteps.Linspace(Math.Pow(max, 1 / Rho), Math.Pow(min, 1 / Rho), steps).Select(root => Math.Pow(root, Rho))];

    private double SigmaAt(double timestep)
    {
        var low = (int)timestep;
        var high = Math.Min(low + 1, _sigmas.Length - 1);
        return _sigmas[low] + (timestep - low) * (_sigmas[high] - _sigmas[low]);
    }

    // The inverse, between the logarithms of the training's sigmas, which rise with the timestep.
    private double TimestepOf(double sigma)
    {
        var index = Array.BinarySearch(_sigmas, sigma);
        if (index >= 0) return index;
        var high = ~index;
        if (high == 0) return 0;
        if (high == _sigmas.Length) return high - 1;
        var (least, most) = (Math.Log(_sigmas[high - 1]), Math.Log(_sigmas[high]));
        return high - 1 + (Math.Log(sigma) - least) / (most - least);
    }
}
