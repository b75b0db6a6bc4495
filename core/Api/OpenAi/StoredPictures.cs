using Aigc.Artifacts;

namespace Aigc.Api.OpenAi;

/// <summary>Reads pictures that a job has just made.</summary>
internal static class StoredPictures
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FaultException">
    /// <see cref="FaultKind.DataLoss"/> where it is gone too: the caller asked for nothing that is not there. Otherwise the store's own.
    /// </exception>
    public static async Task<ReadOnlyMemory<byte>> ReadPictureAsync(
        this IArtifactStore store, ArtifactRef picture, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(picture, cancellationToken).ConfigureAwait(false);
        }
        catch (FaultException e) when (e.Kind == FaultKind.NotFound)
        {
            throw new FaultException(FaultKind.DataLoss, "a picture that was just made is no longer in the store: ask again", e);
        }
    }
}
