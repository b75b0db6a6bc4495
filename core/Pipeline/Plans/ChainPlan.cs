using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Plans;

/// <summary>How the chain of stages is cut into calls.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChainPlan>))]
public enum ChainPlan
{
    /// <summary>One call runs the whole chain of a group of pictures; only finished pictures are stored.</summary>
    [JsonStringEnumMemberName("fused")]
    Fused,

    /// <summary>A call a stage, with embeddings and pictures handed on by reference.</summary>
    [JsonStringEnumMemberName("staged")]
    Staged,
}
