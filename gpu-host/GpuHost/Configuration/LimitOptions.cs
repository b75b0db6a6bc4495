using System.ComponentModel.DataAnnotations;

namespace Aigc.GpuHost.Configuration;

/// <summary>What one call may ask for.</summary>
public sealed record LimitOptions
{
    /// <summary>Pictures of one call.</summary>
    /// <value>The default is 64.</value>
    [Range(1, 1024)]
    public int MaxPictures { get; init; } = 64;

    /// <summary>Texts of one Understand call.</summary>
    /// <value>The default is 256.</value>
    [Range(1, 4096)]
    public int MaxTexts { get; init; } = 256;
}
