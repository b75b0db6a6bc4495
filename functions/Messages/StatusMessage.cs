using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Messages;

/// <summary>The orchestration's custom status: counts, and what can be looked at while that is little.</summary>
public sealed record StatusMessage
{
    /// <summary>What it waits for, as in <c>waiting: no host answers ...</c>; null where it goes on.</summary>
    public string? Waiting { get; init; }

    /// <summary>The plan and why; null until it is decided.</summary>
    public PlanDecision? Plan { get; init; }

    /// <summary>Pictures asked for.</summary>
    public int Pictures { get; init; }

    /// <summary>Pictures finished.</summary>
    public int Done { get; init; }

    /// <summary>Pictures that can be looked at and are still to be enhanced.</summary>
    public int Based { get; init; }

    /// <summary>Denoising steps of all pictures.</summary>
    public int Steps { get; init; }

    /// <summary>Denoising steps done, as far as calls have said.</summary>
    public int StepsDone { get; init; }

    /// <summary>The latest previews of pictures that are being made: as many as there is room for.</summary>
    public IReadOnlyList<PreviewPicture> Previews { get; init; } = [];

    /// <summary>The finished pictures; empty where they are too many for a status.</summary>
    public IReadOnlyList<PictureResult> Ready { get; init; } = [];

    /// <summary>The generated pictures, likewise.</summary>
    public IReadOnlyList<BasePicture> Bases { get; init; } = [];
}
