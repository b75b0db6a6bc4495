using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Stages;

/// <summary>What a moment of a job's time went to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Stage>))]
public enum Stage
{
    /// <summary>Waiting for the device.</summary>
    Queue,

    /// <summary>Waiting for a model that is being loaded.</summary>
    Load,

    /// <summary>Prompt to embedding.</summary>
    Understand,

    /// <summary>Input picture to latent.</summary>
    Prepare,

    /// <summary>Denoising, and decoding latents to pixels.</summary>
    Generate,

    /// <summary>Super-resolution.</summary>
    Enhance,

    /// <summary>Pixels to PNG, JPEG or WebP.</summary>
    Encode,

    /// <summary>Hashing, writing and reading artifacts.</summary>
    Store,
}
