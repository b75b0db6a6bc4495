using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Plans;

/// <summary>How the chain of stages is cut into calls.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChainPlan>))]
public enum ChainPlan
{
    /// <summary>One call runs the whole chain of a group of pictures; only finished pictures are stored.</summary>
    [JsonStringEnumMemberName("fused")]
    Fused,

    /// <summary>
    /// One call generates the pictures of a group, which can be looked at from then on, and another enhances them. Pictures that are not to
    /// be enhanced go as in <see cref="Fused"/>.
    /// </summary>
    [JsonStringEnumMemberName("split")]
    Split,

    /// <summary>A call a stage, with embeddings and pictures handed on by reference.</summary>
    [JsonStringEnumMemberName("staged")]
    Staged,
}
