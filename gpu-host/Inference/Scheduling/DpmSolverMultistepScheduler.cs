namespace Aigc.Inference.Scheduling;

/// <summary>
/// DPM-Solver++ of first or second order, multistep: Lu et al., "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic
/// Models", 2022, algorithm 2; numbers as diffusers' <c>DPMSolverMultistepScheduler</c> has them.
/// </summary>
/// <remarks>History: the clean sample predicted one step ago, at second order.</remarks>
internal sealed class DpmSolverMultistepScheduler : IScheduler
{
    // Below this many steps, lower_order_final applies.
    private const int FewSteps = 15;

    private readonly SchedulerConfig _config;
    private readonly SigmaTable _sigmas;
    private readonly bool _karras;

    /// <param name="config">The model's configuration.</param>
    /// <param name="karras">Whether <c>use_karras_sigmas</c> is taken for true, whatever the configuration says.</param>
    public DpmSolverMultistepScheduler(SchedulerConfig config, bool karras = false)
    {
        _config = config;
        _sigmas = new SigmaTable(config);
        _karras = karras || config.UseKarrasSigmas;
        Name = karras ? "dpmpp_2m_karras" : "dpmpp_2m";
    }

    public string Name { get; }

    public int HistoryLength => _config.SolverOrder - 1;

    public bool NeedsNoise => false;

    public Schedule CreateSchedule(int steps, int begin = 0)
    {
        Timesteps.Check(_config, steps);
        var (timesteps, sigmas) = _karras ? Karras(steps) : Spaced(steps);
        Schedule.CheckBegin(begin, timesteps.Length);
        NoiseLevel[] levels = [.. sigmas.Append(_sigmas.Final(_config.FinalSigmasType)).Select(Level)];
        return new Schedule(
            Enumerable.Range(0, timesteps.Length).Select(i => StepAt(timesteps, levels, i, begin)), initNoiseSigma: 1, begin);
    }

    // Of unit power, from the ratio of noise to signal.
    private static NoiseLevel Level(double sigma)
    {
        var signal = 1 / Math.Sqrt(sigma * sigma + 1);
        return new NoiseLevel(signal, sigma * signal);
    }

    // diffusers drops the fraction with the cosine schedule, and rounds it off with the others.
    private (int[] Timesteps, double[] Sigmas) Karras(int steps)
    {
        var sigmas = SigmaTable.Karras(_config.SigmaMax ?? _sigmas.Most, _config.SigmaMin ?? _sigmas.Least, steps);
        var cosine = _config.BetaSchedule == BetaSchedule.SquaredcosCapV2;
        return ([.. sigmas.Select(_sigmas.TimestepOf).Select(timestep => (int)(cosine ? timestep : Math.Round(timestep)))], sigmas);
    }

    private (int[] Timesteps, double[] Sigmas) Spaced(int steps)
    {
        // lambda is the logarithm of signal to noise.
        var last = _sigmas.CountUpTo(Math.Exp(-_config.LambdaMinClipped));
        SchedulerRefusal.If(last < 2, _config, Name, $"lambda_min_clipped {_config.LambdaMinClipped}, which leaves no timesteps");
        var timesteps = DpmTimesteps.Space(_config, steps, last);
        return (timesteps, [.. timesteps.Select(timestep => _sigmas.At(timestep))]);
    }

    private ScheduleStep StepAt(int[] timesteps, NoiseLevel[] levels, int i, int begin)
    {
        var step = DenoisingStep.Between(timesteps[i], levels[i], levels[i + 1], _config.PredictionType);
        var result = LinearRow.Of(step.Result);
        if (_config.SolverOrder == 1) return ScheduleStep.Plain(step);

        var clean = LinearRow.Of(step.Clean);
        if (i > begin && !EndsAtFirstOrder(i, timesteps.Length))
        {
            // Along the slope from the clean sample of a step ago to that of now.
            var weight = SlopeWeight(Sigma(levels[i - 1]), Sigma(levels[i]), Sigma(levels[i + 1]), step.Next.Signal);
            result = new LinearRow(result.FromSample + weight * clean.FromSample, result.FromOutput + weight * clean.FromOutput)
            {
                FromHistory = [-weight],
            };
        }

        return new ScheduleStep(step.Timestep, step.Level, step.Clean, new StepMap(result, clean));
    }

    private static double Sigma(NoiseLevel level) => level.Noise / level.Signal;

    private bool EndsAtFirstOrder(int i, int count) =>
        i == count - 1
        && (_config.EulerAtFinal || _config.FinalSigmasType == FinalSigmasType.Zero || (_config.LowerOrderFinal && count < FewSteps));

    // h is the step in lambda, and past the one before.
    private double SlopeWeight(double before, double now, double next, double signal)
    {
        var (h, past) = (Math.Log(now / next), Math.Log(before / now));
        var rest = 1 - next / now;
        return _config.SolverType == SolverType.Heun ? signal * (h - rest) / past : signal * rest / 2 * h / past;
    }
}
