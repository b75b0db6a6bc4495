using System.Collections.Frozen;
using Aigc.Inference.Client.Hosts;

namespace Aigc.Inference.Client.Resilience;

/// <summary>A pipeline for each kind of stage call.</summary>
internal sealed class StagePipelines(ResilienceOptions options, HostPool hosts, TimeProvider time)
{
    private readonly FrozenDictionary<StageKind, StagePipeline> _pipelines = Enum.GetValues<StageKind>()
        .ToFrozenDictionary(kind => kind, kind => new StagePipeline(kind, options.Of(kind), hosts, time));

    public StagePipeline this[StageKind kind] => _pipelines[kind];
}
