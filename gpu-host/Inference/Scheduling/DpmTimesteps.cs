using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>
/// Which training timesteps DPM-Solver visits. It spaces one more than it visits and leaves the least noisy out, whereas
/// <see cref="Timesteps"/> keeps it.
/// </summary>
internal static class DpmTimesteps
{
    /// <summary>Noisiest first.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="steps">How many; trailing takes fewer where <c>lambda_min_clipped</c> cuts the noisiest off.</param>
    /// <param name="last">How many of the training timesteps may be visited.</param>
    public static int[] Space(SchedulerConfig config, int steps, int last)
    {
        var spacing = config.TimestepSpacing ?? TimestepSpacing.Linspace;
        var count = config.NumTrainTimesteps;
        if (spacing == TimestepSpacing.Trailing)
        {
            var ratio = (double)count / steps;
            var visited = (int)(((long)last * steps + count - 1) / count);
            return [.. Enumerable.Range(0, visited).Select(i => (int)Math.Round(last - i * ratio) - 1)];
        }

        // Two steps at one noise level have no slope between them.
        if (steps > last - 1) throw Bad($"steps {steps} leaves no two timesteps apart; ask for at most {last - 1}");
        if (spacing == TimestepSpacing.Linspace)
            return [.. Timesteps.Linspace(0, last - 1, steps + 1).Reverse().Take(steps).Select(timestep => (int)Math.Round(timestep))];

        var apart = last / (steps + 1);
        if (steps * apart + config.StepsOffset >= count)
            throw Bad($"steps {steps} with steps_offset {config.StepsOffset} leads past the last timestep {count - 1}; ask for fewer");
        return [.. Enumerable.Range(0, steps).Select(i => (steps - i) * apart + config.StepsOffset)];
    }

    private static InferenceException Bad(string message) => new(InferenceFault.BadRequest, message);
}
