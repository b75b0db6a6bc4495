using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>
/// Multistep sampling of a consistency model: Luo et al., "Latent Consistency Models", 2023, algorithm 3; numbers as diffusers'
/// <c>LCMScheduler</c> has them. Each step leaps to the clean sample, and all but the last add fresh noise back.
/// </summary>
internal sealed class LcmScheduler : IScheduler
{
    // The deviation of the training's samples, which diffusers has fixed.
    private const double SigmaData = 0.5;

    private readonly SchedulerConfig _config;
    private readonly AlphaTable _alphas;

    /// <exception cref="InferenceException">As <see cref="SchedulerRefusal"/> has it: <c>clip_sample</c> is true, or
    /// <c>original_inference_steps</c> above <c>num_train_timesteps</c>.</exception>
    public LcmScheduler(SchedulerConfig config)
    {
        SchedulerRefusal.If(config.ClipSample ?? false, config, "lcm", "clip_sample true");
        var (distilled, trained) = (config.OriginalInferenceSteps, config.NumTrainTimesteps);
        SchedulerRefusal.If(distilled > trained, config, "lcm", $"original_inference_steps {distilled} of num_train_timesteps {trained}");
        _config = config;
        _alphas = new AlphaTable(config, setAlphaToOne: config.SetAlphaToOne ?? true);
    }

    public string Name => "lcm";

    public int HistoryLength => 0;

    public bool NeedsNoise => true;

    public Schedule CreateSchedule(int steps, int begin = 0)
    {
        var timesteps = DistilledTimesteps(steps);
        return new Schedule(Enumerable.Range(0, steps).Select(i => StepAt(timesteps, i)), initNoiseSigma: 1, begin);
    }

    // Some of the timesteps that the model was distilled at, evenly by index, and always the noisiest.
    private int[] DistilledTimesteps(int steps)
    {
        Timesteps.Check(_config, steps);
        var count = _config.OriginalInferenceSteps;
        if (steps > count)
        {
            throw new InferenceException(
                InferenceFault.BadRequest,
                $"steps {steps} is above original_inference_steps {count}, which the model was distilled at; ask for at most {count}");
        }

        var ratio = _config.NumTrainTimesteps / count;
        var stride = (double)count / steps;
        return [.. Enumerable.Range(0, steps).Select(i => (count - (int)Math.Floor(i * stride)) * ratio - 1)];
    }

    private ScheduleStep StepAt(int[] timesteps, int i)
    {
        var timestep = timesteps[i];
        var level = _alphas.LevelAt(timestep);
        var last = i == timesteps.Length - 1;
        var next = last ? new NoiseLevel(Signal: 1, Noise: 0) : _alphas.LevelAt(timesteps[i + 1]);
        var predicted = DenoisingStep.Between(timestep, level, next, _config.PredictionType).Clean;

        // The boundary condition: at timestep 0 a consistency model answers its own input.
        var scaled = timestep * _config.TimestepScaling;
        var power = scaled * scaled + SigmaData * SigmaData;
        var (cSkip, cOut) = (SigmaData * SigmaData / power, scaled / Math.Sqrt(power));
        var clean = new Prediction(cOut * predicted.FromSample + cSkip, cOut * predicted.FromOutput);
        var map = new StepMap(new LinearRow(next.Signal * clean.FromSample, next.Signal * clean.FromOutput, next.Noise));
        return new ScheduleStep(timestep, level, clean, map);
    }
}
