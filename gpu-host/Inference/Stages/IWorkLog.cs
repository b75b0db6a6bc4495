using Aigc.Inference.Costs;

namespace Aigc.Inference.Stages;

/// <summary>Told where time goes. Times are timestamps of the engine's clock. Called from any thread.</summary>
public interface IWorkLog
{
    /// <summary>Work was done.</summary>
    /// <param name="work">What.</param>
    /// <param name="queuedAt">When it was asked for.</param>
    /// <param name="startedAt">When it had the device.</param>
    /// <param name="endedAt">When it was done.</param>
    void Note(Work work, long queuedAt, long startedAt, long endedAt);
}
