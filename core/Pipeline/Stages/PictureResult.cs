using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;

namespace Aigc.Pipeline.Stages;

/// <summary>A finished picture.</summary>
/// <param name="Index">Its place in the job, from 0.</param>
/// <param name="Picture">Where its bytes are.</param>
/// <param name="Seed">The seed of its noise.</param>
/// <param name="Width">Its width as stored, in pixels.</param>
/// <param name="Height">Its height as stored, in pixels.</param>
/// <param name="Found">True where an earlier request had made it and nothing was computed.</param>
public sealed record PictureResult(int Index, ArtifactRef Picture, long Seed, int Width, int Height, bool Found)
{
    /// <summary>What of it gave way, in that order.</summary>
    /// <value>Null where it is as it was asked for.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Degradation>? Degraded { get; init; }
}
