using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Hosts;

/// <summary>Whether a host takes work.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HostCondition>))]
public enum HostCondition
{
    /// <summary>It takes work, and its model is in memory.</summary>
    [JsonStringEnumMemberName("up")]
    Up,

    /// <summary>It takes work, which waits until its model is in memory.</summary>
    [JsonStringEnumMemberName("loading")]
    Loading,

    /// <summary>It finishes what it has, takes no new work and is about to end.</summary>
    [JsonStringEnumMemberName("draining")]
    Draining,

    /// <summary>It does not answer, or cannot use the model.</summary>
    [JsonStringEnumMemberName("down")]
    Down,
}
