namespace Aigc.Pipeline.Engine;

/// <summary>Some of the jobs there are, newest first.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Next">
/// Where the next page begins, for <see cref="IPipelineEngine.ListAsync"/>; null where this one is the last. A page may hold fewer jobs
/// than asked for and not be the last.
/// </param>
public sealed record JobPage(IReadOnlyList<JobStatus> Jobs, string? Next);
