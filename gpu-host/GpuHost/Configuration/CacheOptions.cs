using System.ComponentModel.DataAnnotations;
using Aigc.Caching;

namespace Aigc.GpuHost.Configuration;

/// <summary>What hosts remember together.</summary>
public sealed record CacheOptions : IValidatableObject
{
    /// <summary>
    /// A Redis in which hosts share the embeddings of prompts, as in <c>name:6380,password=...,ssl=True</c>: a prompt that one of them has
    /// embedded costs the others a look. Slow, full or gone, it costs a prompt that is new to this host <see cref="TimeoutSeconds"/> at
    /// most.
    /// </summary>
    /// <value>The default is null: each host embeds for itself. The functions app takes the same as <c>Aigc:Redis</c>.</value>
    public string? Redis { get; init; }

    /// <summary>How long Redis may take over an answer before the host embeds for itself, in seconds.</summary>
    /// <value>The default is 0.1.</value>
    [Range(.001, 60)]
    public double TimeoutSeconds { get; init; } = .1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // It may hold a password, which no message may tell.
        if (Redis is { } redis && !SharedCacheOptions.IsRedis(redis))
            yield return new ValidationResult("it is not read: write it as name:6380,password=...,ssl=True", [nameof(Redis)]);
    }
}
