namespace Aigc.Inference.Scheduling;

/// <summary>The noise of the training as noise levels of unit power, by timestep.</summary>
internal sealed class AlphaTable(SchedulerConfig config, bool setAlphaToOne)
{
    private readonly double[] _alphasCumprod = NoiseSchedule.AlphasCumprod(config);

    /// <summary>At a training timestep. Below 0 is the end of a run: no noise, or that of timestep 0.</summary>
    public NoiseLevel LevelAt(int timestep)
    {
        var alpha = timestep >= 0 ? _alphasCumprod[timestep] : setAlphaToOne ? 1 : _alphasCumprod[0];
        return new NoiseLevel(Math.Sqrt(alpha), Math.Sqrt(1 - alpha));
    }
}
