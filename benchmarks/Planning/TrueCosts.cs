namespace Aigc.Benchmarks.Planning;

/// <summary>What work costs in a simulated world. No planner sees it: it learns from what calls report.</summary>
internal sealed record TrueCosts
{
    /// <summary>Of a denoising step of 512 x 512, whatever its rows, in milliseconds.</summary>
    public double StepMs { get; init; } = 20;

    /// <summary>What each row adds to it.</summary>
    public double RowMs { get; init; } = 10;

    /// <summary>A call's prompts to embeddings.</summary>
    public double UnderstandMs { get; init; } = 6;

    /// <summary>Latent to picture, of 512 x 512.</summary>
    public double DecodeMs { get; init; } = 10;

    /// <summary>Super-resolution of a picture of 512 x 512.</summary>
    public double EnhanceMs { get; init; } = 60;

    /// <summary>Encoding and storing a generated picture of 512 x 512, off the device.</summary>
    public double BaseAsideMs { get; init; } = 8;

    /// <summary>Likewise of a finished picture.</summary>
    public double AsideMs { get; init; } = 20;

    /// <summary>Reading a generated picture back.</summary>
    public double ReadMs { get; init; } = 4;

    /// <summary>What a call costs its caller, there and back.</summary>
    public double HopMs { get; init; } = 6;

    /// <summary>Rows that share a step at most.</summary>
    public int MostRows { get; init; } = 4;
}
