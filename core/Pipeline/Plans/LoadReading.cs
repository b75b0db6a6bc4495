namespace Aigc.Pipeline.Plans;

/// <summary>A load and how long ago it was so.</summary>
/// <param name="Load">The load: the same object until there is a later one.</param>
/// <param name="Age">Since it was seen.</param>
public readonly record struct LoadReading(LoadSnapshot Load, TimeSpan Age)
{
    /// <summary>Nothing is known.</summary>
    public static LoadReading Unknown => new(LoadSnapshot.Unknown, TimeSpan.Zero);
}
