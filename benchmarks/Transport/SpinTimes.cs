namespace Aigc.Benchmarks.Transport;

/// <summary>What each stage computes for, in milliseconds.</summary>
internal sealed record SpinTimes(double Understand, double Generate, double Enhance)
{
    public static SpinTimes None { get; } = new(0, 0, 0);

    /// <summary>About a turbo model's on a small device.</summary>
    public static SpinTimes Some { get; } = new(2, 20, 8);
}
