using Aigc.Artifacts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Jobs;

/// <summary>Makes the engine of a request, whose client only the Functions host can give.</summary>
public sealed class DurableEngines(
    IArtifactStore store, IStageExecutor stages, IChainPlanner planner, DurableEngineOptions options, TimeProvider time,
    EndedJobs? ended = null)
{
    internal DurableEngine Of(DurableTaskClient client) => new(client, store, stages, planner, options, time, ended);
}
