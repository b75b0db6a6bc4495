using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>What a <see cref="ServedApi"/> is made of.</summary>
internal sealed record ServedParts
{
    public Func<IArtifactStore, IStageExecutor> Stages { get; init; } = store => new StoringStages(store);

    public AccessOptions Access { get; init; } = new();

    /// <summary>Null for an embedded one.</summary>
    public IKeyedEngine? Engine { get; init; }

    /// <summary>Null for files.</summary>
    public IArtifactStore? Store { get; init; }

    /// <summary>Null for the stages' own; without one, a host that is up and one that is down.</summary>
    public IHostMonitor? Monitor { get; init; }

    public bool Ready { get; init; } = true;
}
