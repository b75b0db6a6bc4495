namespace Aigc.Inference.Scheduling;

/// <summary>
/// Euler's method without churn: Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", 2022, algorithm 2 with
/// gamma 0; numbers as diffusers' <c>EulerDiscreteScheduler</c> has them.
/// </summary>
public sealed class EulerDiscreteScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly TimestepSpacing _spacing;
    private readonly SigmaTable _sigmas;

    /// <summary>Makes the scheduler for a model.</summary>
    public EulerDiscreteScheduler(SchedulerConfig config)
    {
        _config = config;
        _spacing = config.TimestepSpacing ?? TimestepSpacing.Linspace;
        _sigmas = new SigmaTable(config);
    }

    /// <inheritdoc/>
    public string Name => "euler";

    /// <inheritdoc/>
    public int HistoryLength => 0;

    /// <inheritdoc/>
    public bool NeedsNoise => false;

    /// <inheritdoc/>
    public Schedule CreateSchedule(int steps, int begin = 0)
    {
        var timesteps = Timesteps.Space(_config, _spacing, steps);
        var sigmas = timesteps.Select(_sigmas.At).ToArray();
        if (_config.UseKarrasSigmas)
        {
            sigmas = SigmaTable.Karras(_config.SigmaMax ?? sigmas[0], _config.SigmaMin ?? sigmas[^1], steps);
            timesteps = [.. sigmas.Select(_sigmas.TimestepOf)];
        }

        double[] levels = [.. sigmas, _sigmas.Final(_config.FinalSigmasType)];
        return new Schedule(
            Enumerable.Range(0, steps).Select(i => StepBetween(timesteps[i], levels[i], levels[i + 1])),
            InitNoiseSigma(_spacing, sigmas[0]),
            begin);
    }

    internal static double InitNoiseSigma(TimestepSpacing spacing, double sigma) =>
        spacing == TimestepSpacing.Leading ? Math.Sqrt(sigma * sigma + 1) : sigma;

    // The model was trained on samples of unit power.
    internal static double InputScale(double sigma) => 1 / Math.Sqrt(sigma * sigma + 1);

    private ScheduleStep StepBetween(double timestep, double sigma, double next) =>
        ScheduleStep.Plain(DenoisingStep.Between(timestep, new NoiseLevel(1, sigma), new NoiseLevel(1, next), _config.PredictionType)) with
        {
            InputScale = InputScale(sigma),
        };
}
