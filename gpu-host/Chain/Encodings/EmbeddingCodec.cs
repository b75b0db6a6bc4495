using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Aigc.Inference.Faults;
using Aigc.Inference.Prompts;
using ZstdSharp;

namespace Aigc.Inference.Chain.Encodings;

/// <summary>
/// Embeddings as bytes. The media type says how they are written: little-endian float16, and folded by Zstandard where that saves a
/// quarter; float32 where a number is beyond float16. All three are read. Safe for many threads.
/// </summary>
/// <remarks>
/// Measured by <c>benchmarks -- size</c> on the shipped model, whose padding repeats: a ninth of the bytes of float16 is left. Of latents
/// and checkpoints eight to nine tenths are, at ten times the cost for each byte saved, and pictures are folded already: none of those is.
/// </remarks>
public sealed class EmbeddingCodec : IDisposable
{
    /// <summary>Little-endian float32, as every embedding of the first release is.</summary>
    public const string Singles = "application/vnd.aigc.f32";

    /// <summary>Little-endian float16.</summary>
    public const string Halves = "application/vnd.aigc.f16";

    /// <summary>Little-endian float16 as one Zstandard frame.</summary>
    public const string FoldedHalves = "application/vnd.aigc.f16+zstd";

    // Of the levels that are measured the highest makes the same bytes in more time.
    private const int Level = 1;

    // One thread at a time: it takes microseconds, and each folder takes native memory.
    private readonly Lock _gate = new();
    private readonly Compressor _folder = new(Level);
    private readonly Decompressor _unfolder = new();

    /// <summary>Writes an embedding.</summary>
    /// <param name="embedding">The numbers, rounded as <see cref="EmbeddingPrecision"/> says.</param>
    /// <returns>The bytes, which nobody changes any more, and how they are written.</returns>
    public (string MediaType, byte[] Bytes) Write(ReadOnlySpan<float> embedding)
    {
        var rented = ArrayPool<Half>.Shared.Rent(embedding.Length);
        try
        {
            var halves = rented.AsSpan(0, embedding.Length);
            if (!EmbeddingPrecision.TryNarrow(embedding, halves))
                return (Singles, MemoryMarshal.AsBytes(embedding).ToArray());
            var plain = MemoryMarshal.AsBytes(halves);
            return Fold(plain) is { } folded ? (FoldedHalves, folded) : (Halves, plain.ToArray());
        }
        finally
        {
            ArrayPool<Half>.Shared.Return(rented);
        }
    }

    /// <summary>Reads an embedding.</summary>
    /// <param name="mediaType">How it is written.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">How many numbers it has.</param>
    /// <returns>The numbers, rounded as <see cref="EmbeddingPrecision"/> says, whoever wrote them.</returns>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: it is not written so, or has another length.</exception>
    public float[] Read(string mediaType, ReadOnlySpan<byte> bytes, int length)
    {
        var numbers = new float[length];
        switch (mediaType)
        {
            case Singles when bytes.Length == length * sizeof(float):
                bytes.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan()));
                // Of an earlier release, or beyond float16.
                EmbeddingPrecision.Round(numbers);
                return numbers;
            case Halves when bytes.Length == length * 2:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), numbers);
                return numbers;
            case FoldedHalves when TryUnfold(bytes, numbers):
                return numbers;
            default:
                throw new InferenceException(
                    InferenceFault.BadRequest,
                    $"{bytes.Length} bytes of {mediaType} are no embedding of this model, which has {length} numbers");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        _unfolder.Dispose();
    }

    private byte[]? Fold(ReadOnlySpan<byte> plain)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Compressor.GetCompressBound(plain.Length));
        try
        {
            int written;
            lock (_gate)
                written = _folder.Wrap(plain, rented);
            return written <= plain.Length / 4 * 3 ? rented[..written] : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool TryUnfold(ReadOnlySpan<byte> folded, Span<float> numbers)
    {
        var rented = ArrayPool<Half>.Shared.Rent(numbers.Length);
        try
        {
            var halves = rented.AsSpan(0, numbers.Length);
            var plain = MemoryMarshal.AsBytes(halves);
            int written;
            // More than there is room for is a fault like any other.
            lock (_gate)
            {
                if (!_unfolder.TryUnwrap(folded, plain, out written))
                    return false;
            }

            TensorPrimitives.ConvertToSingle(halves, numbers);
            return written == plain.Length;
        }
        catch (ZstdException)
        {
            return false;
        }
        finally
        {
            ArrayPool<Half>.Shared.Return(rented);
        }
    }
}
