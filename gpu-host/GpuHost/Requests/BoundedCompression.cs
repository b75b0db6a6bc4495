using System.IO.Compression;
using Grpc.Net.Compression;

namespace Aigc.GpuHost.Requests;

/// <summary>
/// Compressed messages, held to the size of plain ones: gRPC compares only the compressed size with its limit, so that a
/// megabyte could become a gigabyte.
/// </summary>
/// <param name="inner">What compresses.</param>
/// <param name="maxBytes">The largest message, in bytes, once decompressed.</param>
internal sealed class BoundedCompression(ICompressionProvider inner, int maxBytes) : ICompressionProvider
{
    public string EncodingName => inner.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) =>
        new BoundedStream(inner.CreateDecompressionStream(stream), inner.EncodingName, maxBytes);
}
