using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Aigc.Artifacts;

/// <summary>Artifacts in an Azure Blob container: one blob each, its SHA-256 and length in the blob's metadata.</summary>
/// <remarks>
/// A new artifact costs one request, one that is there already two, a look-up or a read one. Retries and timeouts are
/// those of the client that is passed in. Blobs without this store's metadata are left alone and never listed.
/// </remarks>
public sealed class AzureBlobArtifactStore : IArtifactStore, IArtifactLinks
{
    private const string Sha256Key = "sha256";
    private const string LengthKey = "length";

    // Pictures and latents go up in one request; only what is larger is cut into blocks.
    private static readonly StorageTransferOptions Transfer = new()
    {
        InitialTransferSize = 8 << 20,
        MaximumTransferSize = 4 << 20,
    };

    private readonly BlobContainerClient _container;
    private readonly BlobLinks? _links;

    /// <summary>Creates a store; the container is made when the first artifact is written.</summary>
    /// <param name="container">The container. Its identity needs to read, write, list and delete blobs.</param>
    /// <param name="links">Signs addresses of the container's blobs; null where the store gives none.</param>
    public AzureBlobArtifactStore(BlobContainerClient container, BlobLinks? links = null)
    {
        ArgumentNullException.ThrowIfNull(container);
        (_container, _links) = (container, links);
    }

    /// <inheritdoc/>
    public async ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        var reference = new ArtifactRef(name, mediaType, bytes.Length, Sha256Hex.Of(bytes.Span));
        try
        {
            while (true)
            {
                if (await TryUploadAsync(reference, bytes, cancellationToken))
                    return reference;
                if (await PropertiesAsync(name, cancellationToken) is { } there)
                    return Describe(name, there.ContentType, there.Metadata) ?? throw new FaultException(
                        FaultKind.DataLoss, $"{Where(name)} is in the way and not an artifact: it carries no SHA-256. Delete it");
                // Another caller deleted the blob that was in the way: begin again.
            }
        }
        catch (Exception exception) when (AzureFaults.From(exception, _container, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArtifactName.Check(name);
        try
        {
            return await PropertiesAsync(name, cancellationToken) is { } there ? Describe(name, there.ContentType, there.Metadata) : null;
        }
        catch (Exception exception) when (AzureFaults.From(exception, _container, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        try
        {
            using BlobDownloadStreamingResult blob =
                await _container.GetBlobClient(reference.Name).DownloadStreamingAsync(cancellationToken: cancellationToken);
            reference.VerifyLength(blob.Details.ContentLength, Where(reference.Name));
            var bytes = GC.AllocateUninitializedArray<byte>((int)reference.Length);
            await blob.Content.ReadExactlyAsync(bytes, cancellationToken);
            reference.Verify(bytes, Where(reference.Name));
            return bytes;
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            throw new FaultException(FaultKind.NotFound, $"{Where(reference.Name)} does not exist: ask for it to be made again", exception);
        }
        catch (Exception exception) when (AzureFaults.From(exception, _container, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactRef> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArtifactName.CheckPrefix(prefix);
        var options = new GetBlobsOptions { Traits = BlobTraits.Metadata, Prefix = prefix };
        await using var blobs = _container.GetBlobsAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await MoveNextAsync(blobs, cancellationToken))
        {
            var blob = blobs.Current;
            if (ArtifactName.IsLegal(blob.Name) && Describe(blob.Name, blob.Properties.ContentType, blob.Metadata) is { } reference)
                yield return reference;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        ArtifactName.Check(name);
        try
        {
            return await _container.GetBlobClient(name)
                .DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (AzureFaults.From(exception, _container, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Uri?> LinkAsync(ArtifactRef reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (_links is null)
            return null;
        try
        {
            return await _links.OfAsync(_container.GetBlobClient(reference.Name), cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 401 or 403)
        {
            throw new FaultException(
                FaultKind.Unavailable,
                $"storage account '{_container.AccountName}' signs no addresses: give this identity the role Storage Blob Delegator",
                exception);
        }
        catch (Exception exception) when (AzureFaults.From(exception, _container, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Uploads, unless there is a blob of this name.</summary>
    private async ValueTask<bool> TryUploadAsync(ArtifactRef reference, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = reference.MediaType },
            Metadata = new Dictionary<string, string>
            {
                [Sha256Key] = reference.Sha256,
                [LengthKey] = reference.Length.ToString(CultureInfo.InvariantCulture),
            },
            TransferOptions = Transfer,
        };
        var blob = _container.GetBlobClient(reference.Name);
        var content = BinaryData.FromBytes(bytes);
        try
        {
            try
            {
                await blob.UploadAsync(content, options, cancellationToken);
            }
            catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
                await blob.UploadAsync(content, options, cancellationToken);
            }

            return true;
        }
        // Azurite and the service say 409; 412 is what the condition's own standard says, and what other servers do.
        catch (RequestFailedException exception) when (exception.Status == 412 || exception.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            return false;
        }
    }

    private async ValueTask<BlobProperties?> PropertiesAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await _container.GetBlobClient(name).GetPropertiesAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status == 404)
        {
            return null;
        }
    }

    private async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<BlobItem> blobs, CancellationToken cancellationToken)
    {
        try
        {
            return await blobs.MoveNextAsync();
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return false;
        }
        catch (Exception exception) when (AzureFaults.From(exception, _container, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>The reference in a blob's metadata; null where the blob is none of this store's.</summary>
    private ArtifactRef? Describe(string name, string mediaType, IDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Sha256Key, out var sha256))
            return null;
        if (metadata.TryGetValue(LengthKey, out var length)
            && ArtifactRef.TryCreate(name, mediaType, length, sha256, host: null, out var reference))
            return reference;
        throw new FaultException(
            FaultKind.DataLoss, $"{Where(name)} carries damaged metadata: delete it, and the next request for it makes it again");
    }

    private string Where(string name) => $"blob '{_container.Name}/{name}'";
}
