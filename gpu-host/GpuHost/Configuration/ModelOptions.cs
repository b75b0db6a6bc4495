using System.ComponentModel.DataAnnotations;

namespace Aigc.GpuHost.Configuration;

/// <summary>Which models the host serves.</summary>
public sealed record ModelOptions
{
    /// <summary>A folder of model folders, or a model folder itself, in the layout that diffusers and optimum export.</summary>
    /// <value>The default is the folder of the model that ships with the program.</value>
    [Required]
    public string Root { get; init; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The model of a request that names none.</summary>
    /// <value>The default is null: the only one, or the first by alphabet.</value>
    public string? Default { get; init; }

    /// <summary>The weights that may be in memory at once, in bytes.</summary>
    /// <value>The default is 8 GiB.</value>
    [Range(1 << 20, long.MaxValue)]
    public long MemoryBudgetBytes { get; init; } = 8L << 30;

    /// <summary>Whether the default model is loaded and makes a few steps before the host says it is ready.</summary>
    /// <value>The default is true: the first caller then waits for neither, and admission knows what a step takes.</value>
    public bool WarmUp { get; init; } = true;
}
