using System.IO.Compression;
using Grpc.Net.Compression;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Aigc.Compression;

/// <summary>
/// Messages as Zstandard (RFC 8878), which hosts and callers of this project know; other gRPC libraries need a provider of their own.
/// </summary>
/// <remarks>What a message may unfold to is bounded by gRPC's own limit on messages, as gzip's is.</remarks>
public sealed class ZstdMessages : ICompressionProvider
{
    /// <summary>What <c>grpc-encoding</c> calls it.</summary>
    public const string Name = "zstd";

    // 8 MiB, which RFC 8878 asks of every reader: a frame that wants a larger window wants that much memory of each call.
    private const int MaxWindowLog = 23;

    // The fastest but for those that barely compress; messages are small, and a higher one makes the same bytes of them.
    private const int Level = 1;

    /// <inheritdoc/>
    public string EncodingName => Name;

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new CompressionStream(stream, Level, leaveOpen: true);

    /// <inheritdoc/>
    /// <remarks>Reading throws <see cref="ZstdException"/> for what is no Zstandard, or wants a window above 8 MiB.</remarks>
    public Stream CreateDecompressionStream(Stream stream)
    {
        var unfolding = new DecompressionStream(stream, leaveOpen: true);
        unfolding.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, MaxWindowLog);
        return unfolding;
    }
}
