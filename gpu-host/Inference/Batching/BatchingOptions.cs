using System.ComponentModel.DataAnnotations;

namespace Aigc.Inference.Batching;

/// <summary>How denoising steps are shared.</summary>
public sealed record BatchingOptions
{
    /// <summary>The most rows of one step; a guided picture takes two.</summary>
    /// <value>The default is 16. Raise it until the time a row takes stops falling: a larger batch then only makes everybody wait.</value>
    [Range(2, 256)]
    public int MaxRows { get; init; } = 16;

    /// <summary>
    /// The longest a step should take, in seconds: joining, leaving and cancelling wait for one. A batch is kept to the rows that fit,
    /// as learned; one picture is always taken. Where that leaves pictures standing, two more rows are tried now and then.
    /// </summary>
    /// <value>The default is 0.5.</value>
    [Range(0.001, 60)]
    public double MaxStepSeconds { get; init; } = .5;

    /// <summary>How long a picture may stand still while shorter ones pass it, in seconds; then it goes first, with half of the rows.</summary>
    /// <value>The default is 2. Lower is fairer to long pictures, higher answers short ones sooner.</value>
    [Range(0.01, 600)]
    public double MaxStandstillSeconds { get; init; } = 2;

    /// <summary>How many shapes keep their buffers while no picture of theirs is under way.</summary>
    /// <value>The default is 4.</value>
    [Range(1, 64)]
    public int KeptShapes { get; init; } = 4;
}
