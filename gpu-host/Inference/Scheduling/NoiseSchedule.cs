namespace Aigc.Inference.Scheduling;

/// <summary>The noise of the training: how much of the clean sample is left at each timestep.</summary>
internal static class NoiseSchedule
{
    /// <summary>
    /// The product of <c>1 - beta</c> up to each timestep. Betas are rounded to single precision, as diffusers keeps them; the product is
    /// not.
    /// </summary>
    public static double[] AlphasCumprod(SchedulerConfig config)
    {
        var product = 1.0;
        var alphas = Betas(config).Select(beta => product *= 1 - (double)(float)beta).ToArray();
        if (config.RescaleBetasZeroSnr) RescaleZeroTerminalSnr(alphas);
        return alphas;
    }

    private static IEnumerable<double> Betas(SchedulerConfig config)
    {
        var count = config.NumTrainTimesteps;
        if (!config.TrainedBetas.IsEmpty) return config.TrainedBetas;
        return config.BetaSchedule switch
        {
            BetaSchedule.Linear => Timesteps.Linspace(config.BetaStart, config.BetaEnd, count),
            BetaSchedule.ScaledLinear => Timesteps.Linspace(Math.Sqrt(config.BetaStart), Math.Sqrt(config.BetaEnd), count)
                .Select(root => root * root),
            BetaSchedule.SquaredcosCapV2 => Enumerable.Range(0, count)
                .Select(step => Math.Min(1 - AlphaBar((step + 1.0) / count) / AlphaBar((double)step / count), 0.999)),
            _ => throw new InvalidOperationException($"{config.BetaSchedule} has no betas"),
        };
    }

    // Nichol and Dhariwal 2021, equation 17.
    private static double AlphaBar(double time)
    {
        var cosine = Math.Cos((time + 0.008) / 1.008 * Math.PI / 2);
        return cosine * cosine;
    }

    // Lin et al. 2023, algorithm 1: shift and scale the roots so that the last is 0 and the first stays.
    private static void RescaleZeroTerminalSnr(double[] alphas)
    {
        var first = Math.Sqrt(alphas[0]);
        var last = Math.Sqrt(alphas[^1]);
        for (var i = 0; i < alphas.Length; i++)
        {
            var root = (Math.Sqrt(alphas[i]) - last) * first / (first - last);
            alphas[i] = root * root;
        }
    }
}
