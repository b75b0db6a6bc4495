using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Messages;

/// <summary>
/// How far a denoising call is, told to its orchestration as an event. Events may be late or come twice, so it counts from the start.
/// </summary>
/// <param name="Call">The call: the index of its first picture. Each picture of a job is denoised by one call.</param>
/// <param name="StepsDone">Denoising steps done, over all its pictures.</param>
/// <param name="Previews">The latest preview of each of its pictures that has one.</param>
public sealed record ProgressMessage(int Call, int StepsDone, IReadOnlyList<PreviewPicture> Previews);
