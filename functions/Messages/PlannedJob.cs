using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Plans;

namespace Aigc.Functions.Messages;

/// <summary>A job that was held against what the hosts can do, and how it is carried out.</summary>
/// <param name="Manifest">The manifest, with the capabilities it was planned for.</param>
/// <param name="Plan">The decision.</param>
/// <param name="Requests">The requests.</param>
public sealed record PlannedJob(ArtifactRef Manifest, PlanDecision Plan, IReadOnlyList<SlimRequest> Requests)
{
    /// <summary>What may give way; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SlimDegrade? Degrade { get; init; }
}
