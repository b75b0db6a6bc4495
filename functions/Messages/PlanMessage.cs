using Aigc.Artifacts;

namespace Aigc.Functions.Messages;

/// <summary>Asks for a job's plan.</summary>
/// <param name="InstanceId">The job's id.</param>
/// <param name="Job">The job's manifest.</param>
public sealed record PlanMessage(string InstanceId, ArtifactRef Job);
