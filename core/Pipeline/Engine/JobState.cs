using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Engine;

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Accepted and under way, or waiting for the device.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Every picture is made.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>It stopped on a fault; pictures finished before it are kept.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Cancelled; pictures finished before are kept.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}
