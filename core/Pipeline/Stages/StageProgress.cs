namespace Aigc.Pipeline.Stages;

/// <summary>An advance within a stage call.</summary>
/// <param name="Steps">Denoising steps done since the last report, over all the call's pictures.</param>
/// <param name="Pictures">Pictures finished since the last report.</param>
public readonly record struct StageProgress(int Steps, int Pictures)
{
    /// <summary>Previews stored since the last report.</summary>
    /// <value>The default is none.</value>
    public IReadOnlyList<PreviewPicture> Previews
    {
        get => field ?? [];
        init;
    }
}
