namespace Aigc.Inference.Scheduling;

/// <summary>
/// DDIM without added noise: eta 0 of Song et al., "Denoising Diffusion Implicit Models", 2020, equation 12; numbers as diffusers'
/// <c>DDIMScheduler</c> has them.
/// </summary>
public sealed class DdimScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly AlphaTable _alphas;

    /// <summary>Makes the scheduler for a model.</summary>
    public DdimScheduler(SchedulerConfig config)
    {
        _config = config;
        _alphas = new AlphaTable(config, setAlphaToOne: config.SetAlphaToOne ?? true);
    }

    /// <inheritdoc/>
    public string Name => "ddim";

    /// <inheritdoc/>
    public int HistoryLength => 0;

    /// <inheritdoc/>
    public bool NeedsNoise => false;

    /// <inheritdoc/>
    public Schedule CreateSchedule(int steps, int begin = 0)
    {
        var timesteps = Timesteps.Space(_config, _config.TimestepSpacing ?? TimestepSpacing.Leading, steps);
        return new Schedule(timesteps.Select(timestep => StepAt((int)Math.Round(timestep), steps)), initNoiseSigma: 1, begin);
    }

    // The step back is a whole ratio whatever the spacing, so with trailing and linspace it need not end on the next timestep.
    private ScheduleStep StepAt(int timestep, int steps)
    {
        var next = _alphas.LevelAt(timestep - _config.NumTrainTimesteps / steps);
        var step = DenoisingStep.Between(timestep, _alphas.LevelAt(timestep), next, _config.PredictionType);
        var plain = ScheduleStep.Plain(step);
        return _config.ClipSample ?? true ? plain with { Map = null, Clipped = new ClippedStep(step, _config.ClipSampleRange) } : plain;
    }
}
