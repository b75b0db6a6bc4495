namespace Aigc.Inference.Client.Compression;

/// <summary>How messages to and from hosts are compressed: those of a kilobyte and more, and never one that holds a picture.</summary>
/// <remarks>
/// Measured by <c>benchmarks -- size</c>: of a call for 64 pictures a twelfth is left, of one for a single picture nine tenths, which is
/// why small ones go as they are. What is saved is worth its time on links of some 100 Mbit/s, and not within a data centre.
/// </remarks>
public enum MessageCompression
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>gzip (RFC 1952), which hosts of every release read.</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878): about as fast and a little smaller. Every host must be of this release or a later one.</summary>
    Zstd,
}
