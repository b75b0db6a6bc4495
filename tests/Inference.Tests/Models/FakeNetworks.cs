using System.Collections.Concurrent;
using Aigc.Inference.Batching;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Tests.Batching;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Tests.Models;

/// <summary>
/// Networks small enough to state: the real step of <see cref="HostDenoiser"/> over <see cref="FakeBatch"/>, and pictures that show their
/// latent's numbers. It notes what it is told, and a test may hold it or let it fail at every call.
/// </summary>
internal sealed class FakeNetworks(string name = "fake") : IDiffusionModel
{
    /// <summary>Called with the pictures of each step before it is taken.</summary>
    public Action<IReadOnlyList<DenoiseJob>>? Stepping { get; set; }

    /// <summary>Called with the pictures of each step once they moved.</summary>
    public Action<IReadOnlyList<DenoiseJob>>? Stepped { get; set; }

    /// <summary>Called before a latent is brought from the device.</summary>
    public Action<DenoiseJob>? Downloading { get; set; }

    /// <summary>Called before a picture's rows are given back.</summary>
    public Action<DenoiseJob>? Releasing { get; set; }

    /// <summary>Called before a denoiser is thrown away.</summary>
    public Action? Discarding { get; set; }

    /// <summary>Called before each of the other networks, with its name.</summary>
    public Action<string>? Running { get; set; }

    /// <summary>The other networks that ran, by name.</summary>
    public ConcurrentQueue<string> Ran { get; } = [];

    /// <summary>Whether steps are noted, which allocates.</summary>
    public bool Noting { get; set; } = true;

    /// <summary>The seats of each step that was taken: the picture, and the step it was at.</summary>
    public ConcurrentQueue<(DenoiseJob Job, int Step)[]> Steps { get; } = [];

    public ConcurrentQueue<FakeDenoiser> Denoisers { get; } = [];

    public bool Disposed { get; private set; }

    public long MemoryBytes => 0;

    public ModelDescription Description { get; init; } = new(name, 8, 1, 4, 8, 64, 2) { HasEncoder = true };

    public float[] EncodeText(IReadOnlyList<TokenizedPrompt> prompt, CancellationToken cancellationToken)
    {
        Run("text", cancellationToken);
        // The first number is all that the denoiser reads.
        var ids = prompt[0].Ids.ToArray();
        return [ids.Sum() % 997 / 997f, .. ids[1..].Select(id => (float)id)];
    }

    public IDenoiser CreateDenoiser(LatentShape shape, int capacity)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        var denoiser = new FakeDenoiser(this, shape, capacity);
        Denoisers.Enqueue(denoiser);
        return denoiser;
    }

    public float[] Encode(Picture picture, CancellationToken cancellationToken)
    {
        Run("encode", cancellationToken);
        var latent = new float[4 * (picture.Height / 8) * (picture.Width / 8)];
        for (var i = 0; i < latent.Length; i++)
            latent[i] = picture.Rgba.Span[i * 7 % picture.Rgba.Length] / 255f;
        return latent;
    }

    public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken)
    {
        Run("decode", cancellationToken);
        var rgba = new byte[shape.Height * 8 * shape.Width * 8 * Picture.BytesPerPixel];
        var bits = System.Runtime.InteropServices.MemoryMarshal.AsBytes(latent);
        for (var i = 0; i < rgba.Length; i++)
            rgba[i] = i % 4 == 3 ? (byte)255 : bits[i % bits.Length];
        return new Picture(shape.Width * 8, shape.Height * 8, rgba);
    }

    public Picture Enhance(Picture picture, CancellationToken cancellationToken)
    {
        Run("enhance", cancellationToken);
        var twice = new byte[picture.Rgba.Length * 4];
        for (var i = 0; i < twice.Length; i++)
            twice[i] = picture.Rgba.Span[i % picture.Rgba.Length];
        return new Picture(picture.Width * 2, picture.Height * 2, twice);
    }

    public void Dispose() => Disposed = true;

    private void Run(string network, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        Running?.Invoke(network);
        cancellationToken.ThrowIfCancellationRequested();
        Ran.Enqueue(network);
    }
}
