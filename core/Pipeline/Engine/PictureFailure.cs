namespace Aigc.Pipeline.Engine;

/// <summary>A picture that was not made.</summary>
/// <param name="Index">Its place in the job, from 0.</param>
/// <param name="Fault">Why.</param>
public sealed record PictureFailure(int Index, JobFault Fault);
