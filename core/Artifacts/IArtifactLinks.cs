namespace Aigc.Artifacts;

/// <summary>A store that others can be sent to for an artifact's bytes, so that no service of this project carries them.</summary>
public interface IArtifactLinks
{
    /// <summary>An address at which anybody who has it can read one artifact, and nothing else, for some minutes.</summary>
    /// <param name="reference">What it opens. Whether it is there is not looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null where this store gives no addresses.</returns>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the store does not answer or refuses.</exception>
    ValueTask<Uri?> LinkAsync(ArtifactRef reference, CancellationToken cancellationToken = default);
}
