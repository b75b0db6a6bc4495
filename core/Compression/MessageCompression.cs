namespace Aigc.Compression;

/// <summary>How messages are compressed on their way.</summary>
public enum MessageCompression
{
    /// <summary>They are not.</summary>
    None,

    /// <summary>gzip (RFC 1952), which every gRPC library knows.</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878), which asks for a host and a caller of this release or a later one.</summary>
    Zstd,
}
