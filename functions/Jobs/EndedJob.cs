using Aigc.Artifacts;
using Aigc.Functions.Messages;

namespace Aigc.Functions.Jobs;

/// <summary>What is told of a job that has ended beside its manifest and the parts of a long result: what its history would say.</summary>
/// <param name="Job">The job's manifest, by <see cref="JobNames.Accepted"/>.</param>
/// <param name="AcceptedAt">When it was accepted.</param>
/// <param name="Pictures">How many pictures it asks for.</param>
/// <param name="Shown">Its last status.</param>
/// <param name="Outcome">What it came to.</param>
internal sealed record EndedJob(ArtifactRef Job, DateTimeOffset AcceptedAt, int Pictures, StatusMessage Shown, JobOutcome Outcome);
