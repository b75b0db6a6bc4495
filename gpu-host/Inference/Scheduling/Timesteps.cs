using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>Which training timesteps a run visits (Lin et al. 2023, table 2).</summary>
internal static class Timesteps
{
    /// <summary>The timesteps of a run, noisiest first. Only linspace's may be fractions.</summary>
    public static double[] Space(SchedulerConfig config, TimestepSpacing spacing, int steps)
    {
        Check(config, steps);
        var count = config.NumTrainTimesteps;
        var ratio = count / steps;
        if (spacing == TimestepSpacing.Leading && (steps - 1) * ratio + config.StepsOffset >= count)
            throw Bad($"steps {steps} with steps_offset {config.StepsOffset} leads past the last timestep {count - 1}; ask for fewer");

        var order = Enumerable.Range(0, steps);
        return spacing switch
        {
            TimestepSpacing.Leading => [.. order.Select(step => (double)((steps - 1 - step) * ratio + config.StepsOffset))],
            TimestepSpacing.Trailing => [.. order.Select(step => Math.Round(count - step * ((double)count / steps)) - 1)],
            TimestepSpacing.Linspace => [.. Linspace(0, count - 1, steps).Reverse()],
            _ => throw new ArgumentOutOfRangeException(nameof(spacing), spacing, null),
        };
    }

    /// <summary>Refuses what no spacing can give.</summary>
    public static void Check(SchedulerConfig config, int steps)
    {
        if (steps < 1 || steps > config.NumTrainTimesteps)
            throw Bad($"steps {steps} is not between 1 and {config.NumTrainTimesteps}, the timesteps the model was trained with");
    }

    /// <summary>Evenly spaced numbers with both ends; the first alone where one is asked for.</summary>
    public static IEnumerable<double> Linspace(double first, double last, int count) =>
        Enumerable.Range(0, count).Select(i => count == 1 ? first : first + (last - first) * i / (count - 1));

    private static InferenceException Bad(string message) => new(InferenceFault.BadRequest, message);
}
