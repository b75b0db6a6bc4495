using Aigc.Artifacts;
using Aigc.GpuHost.Configuration;
using Azure.Identity;
using Azure.Storage.Blobs;

namespace Aigc.GpuHost.Storage;

/// <summary>Opens the store that the configuration names.</summary>
internal static class StoreFactory
{
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: the connection string cannot be read.</exception>
    public static CachedArtifactStore Create(StoreOptions options) => new(Inner(options), options.MemoryBytes);

    private static IArtifactStore Inner(StoreOptions options)
    {
        if (options.ContainerUri is { } uri)
            return new AzureBlobArtifactStore(new BlobContainerClient(uri, new DefaultAzureCredential()));
        if (options.ConnectionString is not { } connection)
            return new FileArtifactStore(options.Folder ?? DefaultFolder);
        try
        {
            return new AzureBlobArtifactStore(new BlobContainerClient(connection, options.Container));
        }
        catch (FormatException e)
        {
            throw new FaultException(
                FaultKind.BadRequest, "configuration: Store:ConnectionString is not one of a storage account: copy it again", e);
        }
    }

    // Where the standalone command keeps its artifacts, so that the two find each other's pictures.
    private static string DefaultFolder
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "aigc-functions", "artifacts");
        }
    }
}
