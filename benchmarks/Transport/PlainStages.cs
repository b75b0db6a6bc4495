using System.Diagnostics;
using System.Runtime.InteropServices;
using Aigc.Inference.Imaging;

namespace Aigc.Benchmarks.Transport;

/// <summary>
/// The stages as functions of bytes, for services that carry bytes: on one device, with the product's own encoder and its file format of
/// intermediate pictures.
/// </summary>
/// <param name="times">What each stage computes for.</param>
internal sealed class PlainStages(SpinTimes times) : IDisposable
{
    private const int EmbeddingLength = 77 * 768;

    private readonly SemaphoreSlim _device = new(1);

    /// <summary>A prompt's embedding, little-endian float32.</summary>
    public async Task<StageAnswer> UnderstandAsync(string prompt)
    {
        var start = Stopwatch.GetTimestamp();
        await ComputeAsync(times.Understand).ConfigureAwait(false);
        var random = new Random(prompt.Length);
        var embedding = new float[EmbeddingLength];
        foreach (ref var value in embedding.AsSpan())
            value = random.NextSingle() * 2 - 1;
        return Answer(MemoryMarshal.AsBytes<float>(embedding).ToArray(), start);
    }

    /// <summary>A picture of an embedding.</summary>
    /// <param name="embedding">As <see cref="UnderstandAsync"/> gave it.</param>
    /// <param name="size">Width and height, in pixels.</param>
    public async Task<StageAnswer> GenerateAsync(ReadOnlyMemory<byte> embedding, int size)
    {
        var start = Stopwatch.GetTimestamp();
        ArgumentOutOfRangeException.ThrowIfNotEqual(embedding.Length, EmbeddingLength * sizeof(float));
        await ComputeAsync(times.Generate).ConfigureAwait(false);
        return Answer(PictureEncoder.Encode(SampleImages.Of(size), PictureFormat.Png), start);
    }

    /// <summary>A picture twice as wide and high.</summary>
    /// <param name="picture">A PNG file.</param>
    public async Task<StageAnswer> EnhanceAsync(ReadOnlyMemory<byte> picture)
    {
        var start = Stopwatch.GetTimestamp();
        var decoded = PictureDecoder.Decode(picture.Span);
        await ComputeAsync(times.Enhance).ConfigureAwait(false);
        return Answer(PictureEncoder.Encode(SampleImages.Of(decoded.Width * SpinFolder.EnhanceFactor), PictureFormat.Png), start);
    }

    public void Dispose() => _device.Dispose();

    private static StageAnswer Answer(byte[] made, long start) => new(made, Stopwatch.GetElapsedTime(start).TotalMilliseconds);

    private async Task ComputeAsync(double ms)
    {
        await _device.WaitAsync().ConfigureAwait(false);
        try
        {
            Spin.For(ms);
        }
        finally
        {
            _device.Release();
        }
    }
}
