using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>
/// Euler's method that goes below the next noise level and adds fresh noise up to it: Katherine Crowson's <c>sample_euler_ancestral</c> in
/// k-diffusion, with eta 1; numbers as diffusers' <c>EulerAncestralDiscreteScheduler</c> has them. Like it, this one has no use for
/// <c>use_karras_sigmas</c> and <c>final_sigmas_type</c>.
/// </summary>
internal sealed class EulerAncestralDiscreteScheduler : IScheduler
{
    private readonly SchedulerConfig _config;
    private readonly TimestepSpacing _spacing;
    private readonly SigmaTable _sigmas;

    /// <exception cref="InferenceException">As <see cref="SchedulerRefusal"/> has it: <c>prediction_type</c> is sample.</exception>
    public EulerAncestralDiscreteScheduler(SchedulerConfig config)
    {
        SchedulerRefusal.If(config.PredictionType == PredictionType.Sample, config, "euler_ancestral", "prediction_type sample");
        _config = config;
        _spacing = config.TimestepSpacing ?? TimestepSpacing.Linspace;
        _sigmas = new SigmaTable(config);
    }

    public string Name => "euler_ancestral";

    public int HistoryLength => 0;

    public bool NeedsNoise => true;

    public Schedule CreateSchedule(int steps, int begin = 0)
    {
        var timesteps = Timesteps.Space(_config, _spacing, steps);
        double[] levels = [.. timesteps.Select(_sigmas.At), 0];
        return new Schedule(
            Enumerable.Range(0, steps).Select(i => StepBetween(timesteps[i], levels[i], levels[i + 1])),
            EulerDiscreteScheduler.InitNoiseSigma(_spacing, levels[0]),
            begin);
    }

    private ScheduleStep StepBetween(double timestep, double sigma, double next)
    {
        // up and down are the legs of a right triangle whose hypotenuse is the next level: independent noises add up so.
        var up = next * Math.Sqrt((sigma * sigma - next * next) / (sigma * sigma));
        var down = Math.Sqrt(next * next - up * up);
        var step = DenoisingStep.Between(timestep, new NoiseLevel(1, sigma), new NoiseLevel(1, down), _config.PredictionType);
        return new ScheduleStep(step.Timestep, step.Level, step.Clean, new StepMap(LinearRow.Of(step.Result) with { FromNoise = up }))
        {
            InputScale = EulerDiscreteScheduler.InputScale(sigma),
        };
    }
}
