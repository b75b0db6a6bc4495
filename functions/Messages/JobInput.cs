using System.Text.Json.Serialization;
using Aigc.Artifacts;

namespace Aigc.Functions.Messages;

/// <summary>The input of the image orchestration.</summary>
/// <param name="Job">The job's manifest.</param>
/// <param name="AcceptedAt">When the job was accepted.</param>
/// <param name="Pictures">How many pictures it asks for.</param>
/// <param name="Planned">The plan, where hosts could be asked when the job was accepted; null leaves it to the plan activity.</param>
public sealed record JobInput(ArtifactRef Job, DateTimeOffset AcceptedAt, int Pictures, PlannedJob? Planned = null)
{
    /// <summary>The span of the request that started the job, as <c>traceparent</c> has it; null where there was none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Whether enhancements go through a queue: decided when the job is accepted, since a replay must not decide again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EnhanceQueued { get; init; }
}
