namespace Aigc.Artifacts;

/// <summary>Bytes at rest, written once under a name and never changed.</summary>
/// <remarks>
/// Every method throws <see cref="FaultException"/>: <see cref="FaultKind.BadRequest"/> for an illegal name (see
/// <see cref="ArtifactName"/>) and <see cref="FaultKind.Unavailable"/> where the store does not answer or refuses access.
/// A cancelled call throws <see cref="OperationCanceledException"/>. Stores are safe for use by many callers at once.
/// </remarks>
public interface IArtifactStore
{
    /// <summary>
    /// Writes an artifact. The first writer wins: where the name is taken nothing is written, and the reference of what is
    /// there comes back, whatever its bytes.
    /// </summary>
    /// <param name="name">The name within the store.</param>
    /// <param name="mediaType">Type and subtype without parameters, as in <c>image/png</c>.</param>
    /// <param name="bytes">The bytes. They must never change afterwards: a store may keep this memory rather than copy it.</param>
    /// <param name="cancellationToken">Gives up; the artifact is then there whole or not at all.</param>
    /// <returns>The reference of the artifact that the name now stands for.</returns>
    /// <exception cref="FaultException"><see cref="FaultKind.OutOfSpace"/>: the store has no room left.</exception>
    ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>Looks a name up without reading its bytes.</summary>
    /// <param name="name">The name within the store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The reference, or null where no artifact has this name.</returns>
    /// <exception cref="FaultException">As for every method; see the interface.</exception>
    ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Reads an artifact and verifies its length and hash.</summary>
    /// <param name="reference">What to read; its host plays no part.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Exactly the bytes that were written; shared with other readers.</returns>
    /// <exception cref="FaultException">
    /// <see cref="FaultKind.NotFound"/>: no artifact has this name.
    /// <see cref="FaultKind.DataLoss"/>: the bytes there are not those that the reference means.
    /// </exception>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default);

    /// <summary>Lists the artifacts whose names start with <paramref name="prefix"/>, in no promised order.</summary>
    /// <param name="prefix">The start of a legal name, or an empty string for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException">As for every method; see the interface.</exception>
    IAsyncEnumerable<ArtifactRef> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Deletes an artifact.</summary>
    /// <param name="name">The name within the store.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where no artifact had this name.</returns>
    /// <exception cref="FaultException">As for every method; see the interface.</exception>
    ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default);
}
