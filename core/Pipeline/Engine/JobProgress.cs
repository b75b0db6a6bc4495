namespace Aigc.Pipeline.Engine;

/// <summary>How far a job is.</summary>
/// <param name="Pictures">Pictures asked for.</param>
/// <param name="PicturesDone">Pictures finished or found.</param>
/// <param name="Steps">Denoising steps of all pictures that have to be made.</param>
/// <param name="StepsDone">Denoising steps done.</param>
public sealed record JobProgress(int Pictures, int PicturesDone, int Steps, int StepsDone);
