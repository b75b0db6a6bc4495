namespace Aigc.Inference.Scheduling;

/// <summary>
/// The noise of the training as sigma, the ratio of noise to signal (Karras et al., "Elucidating the Design Space of Diffusion-Based
/// Generative Models", 2022), which rises with the timestep.
/// </summary>
internal sealed class SigmaTable
{
    private const double Rho = 7;

    // What diffusers puts in place of 0, so that the noisiest sigma is finite.
    private const double LeastAlpha = 1.0 / (1 << 24);

    private readonly double[] _sigmas;

    public SigmaTable(SchedulerConfig config)
    {
        var alphas = NoiseSchedule.AlphasCumprod(config);
        if (config.RescaleBetasZeroSnr) alphas[^1] = LeastAlpha;
        _sigmas = [.. alphas.Select(alpha => Math.Sqrt((1 - alpha) / alpha))];
    }

    public double Least => _sigmas[0];

    public double Most => _sigmas[^1];

    /// <summary>How many training timesteps have a sigma of at most that.</summary>
    public int CountUpTo(double sigma) => _sigmas.Count(each => each <= sigma);

    /// <summary>The noise that the last step of a run leaves.</summary>
    public double Final(FinalSigmasType type) => type == FinalSigmasType.SigmaMin ? Least : 0;

    /// <summary>At a timestep that need not be whole.</summary>
    public double At(double timestep)
    {
        var low = (int)timestep;
        var high = Math.Min(low + 1, _sigmas.Length - 1);
        return _sigmas[low] + (timestep - low) * (_sigmas[high] - _sigmas[low]);
    }

    /// <summary>The inverse, between the logarithms of the training's sigmas.</summary>
    public double TimestepOf(double sigma)
    {
        var index = Array.BinarySearch(_sigmas, sigma);
        if (index >= 0) return index;
        var high = ~index;
        if (high == 0) return 0;
        if (high == _sigmas.Length) return high - 1;
        var (least, most) = (Math.Log(_sigmas[high - 1]), Math.Log(_sigmas[high]));
        return high - 1 + (Math.Log(sigma) - least) / (most - least);
    }

    /// <summary>Karras et al. 2022, equation 5: noisiest first.</summary>
    public static double[] Karras(double max, double min, int steps) =>
        [.. Timesteps.Linspace(Math.Pow(max, 1 / Rho), Math.Pow(min, 1 / Rho), steps).Select(root => Math.Pow(root, Rho))];
}
