using Aigc.Contracts.Inference.V1;

namespace Aigc.Inference.Client.Hosts;

/// <summary>What a host says of its load.</summary>
/// <param name="QueuedSeconds">Compute waiting and under way, in seconds, as the host has learned what work costs.</param>
/// <param name="Running">Pictures that are being denoised.</param>
/// <param name="Waiting">Pictures that wait for room.</param>
/// <param name="Capacity">
/// Pixels that its steps denoise in a second, at the best of the batches that it has measured; null before it has measured any.
/// </param>
/// <param name="Draining">It takes no new work.</param>
internal sealed record HostFigures(double QueuedSeconds, int Running, int Waiting, double? Capacity, bool Draining)
{
    // A host's figures are its own: one that says what no queue can be must not draw every call to it.
    private const double Most = 1e12;

    /// <param name="load">What it said.</param>
    /// <param name="model">The model whose steps count; null for whichever.</param>
    public static HostFigures Of(WatchLoadResponse load, string? model) => new(
        Sane(load.QueuedSeconds), Math.Max(0, load.Running), Math.Max(0, load.Waiting), CapacityOf(load.StepTimes, model), load.Draining);

    // Batches share a step's cost: the best of those measured is what the host does when it is busy.
    private static double? CapacityOf(IEnumerable<StepTime> steps, string? model)
    {
        var best = 0.0;
        foreach (var step in steps)
        {
            if ((model is null || step.Model == model) && step.Seconds > 0)
                best = Math.Max(best, Sane((double)step.Width * step.Height * step.Rows / step.Seconds));
        }

        return best > 0 ? best : null;
    }

    private static double Sane(double figure) => double.IsNaN(figure) ? Most : Math.Clamp(figure, 0, Most);
}
