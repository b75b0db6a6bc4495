using System.ComponentModel.DataAnnotations;

namespace Aigc.Inference.Models;

/// <summary>How many models stay in memory.</summary>
public sealed record ModelPoolOptions
{
    /// <summary>The weights that may be in memory at once, in bytes; models that have not been used for longest go first.</summary>
    /// <value>The default is 8 GiB. Leave room beside it for activations: on a GPU about half of its memory suits.</value>
    [Range(1 << 20, long.MaxValue)]
    public long MemoryBudgetBytes { get; init; } = 8L << 30;
}
