namespace Aigc.Api.Generations.Events;

/// <summary>One server-sent event of a job.</summary>
/// <param name="Name">What it tells.</param>
/// <param name="Id">All that the caller has been told once it has this.</param>
/// <param name="Data">JSON, in one line.</param>
internal readonly record struct JobEvent(string Name, string Id, string Data);
