using System.ComponentModel.DataAnnotations;

namespace Aigc.GpuHost.Configuration;

/// <summary>Where artifacts are kept: a folder, or an Azure Blob container.</summary>
public sealed record StoreOptions : IValidatableObject
{
    /// <summary>A folder; every host and caller of a chain shares one.</summary>
    /// <value>The default is null: the user's own data folder, where the standalone command keeps its artifacts too, unless a container is named.</value>
    public string? Folder { get; init; }

    /// <summary>A blob container's address, reached with the host's own identity.</summary>
    /// <value>The default is null.</value>
    public Uri? ContainerUri { get; init; }

    /// <summary>A storage account's connection string, for the emulator.</summary>
    /// <value>The default is null.</value>
    public string? ConnectionString { get; init; }

    /// <summary>The container, with <see cref="ConnectionString"/>.</summary>
    /// <value>The default is <c>artifacts</c>.</value>
    [RegularExpression("^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$", ErrorMessage = "Container must be 3 to 63 of a-z, 0-9 and single '-', beginning and ending with a letter or digit")]
    public string Container { get; init; } = "artifacts";

    /// <summary>The newest artifacts kept in memory for the next stage, in bytes; 0 for none.</summary>
    /// <value>The default is 256 MiB.</value>
    [Range(0, long.MaxValue)]
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string?[] given = [Folder is null ? null : nameof(Folder), ContainerUri is null ? null : nameof(ContainerUri), ConnectionString is null ? null : nameof(ConnectionString)];
        var names = given.OfType<string>().ToArray();
        if (names.Length > 1)
            yield return new ValidationResult($"{string.Join(" and ", names)} exclude each other: give one", names);
        if (ContainerUri is { } uri && (!uri.IsAbsoluteUri || uri.Scheme is not ("http" or "https")))
            yield return new ValidationResult($"ContainerUri '{uri}' is no address: give https://ACCOUNT.blob.core.windows.net/CONTAINER", [nameof(ContainerUri)]);
    }
}
