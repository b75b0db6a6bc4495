using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Degrading;

/// <summary>What of a request may give way where there is no room for all of it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Concession>))]
public enum Concession
{
    /// <summary>Pictures are left at the size they are generated in.</summary>
    [JsonStringEnumMemberName("enhance")]
    Enhance,

    /// <summary>Half the denoising steps, 4 at least.</summary>
    [JsonStringEnumMemberName("steps")]
    Steps,

    /// <summary>Half the width and height, as far as the model goes.</summary>
    [JsonStringEnumMemberName("size")]
    Size,

    /// <summary>Another model. No engine here has two, so a request that names it is refused.</summary>
    [JsonStringEnumMemberName("model")]
    Model,
}
