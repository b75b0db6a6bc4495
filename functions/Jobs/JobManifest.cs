using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Jobs;

/// <summary>A job as it lies in the store: everything that is too long for messages.</summary>
/// <param name="Job">The job, seeds drawn.</param>
/// <param name="Asked">SHA-256 of the job as it was asked for, seeds not drawn: tells a repeated start from another one.</param>
/// <param name="Capabilities">What the hosts could do when it was planned; null where it is not planned yet.</param>
internal sealed record JobManifest(GenerationJob Job, string Asked, EngineCapabilities? Capabilities);
