using System.ComponentModel.DataAnnotations;

namespace Aigc.Inference.Prompts;

/// <summary>How much a <see cref="PromptEncoder"/> remembers.</summary>
public sealed record PromptCacheOptions
{
    /// <summary>Bytes of embeddings to remember, what it takes to find them again included; 0 remembers none.</summary>
    /// <value>The default is 64 MiB: some 280 prompts of Stable Diffusion 1.5, or 100 of SDXL.</value>
    [Range(0, long.MaxValue)]
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;
}
