using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Chain.Tests.Determinism;

/// <summary>Lends one loaded model to many engines: whoever disposes it leaves it to the others.</summary>
internal sealed class SharedNetworks(IDiffusionModel networks) : IDiffusionModel
{
    public ModelDescription Description => networks.Description;

    public long MemoryBytes => networks.MemoryBytes;

    public float[] EncodeText(IReadOnlyList<TokenizedPrompt> prompt, CancellationToken cancellationToken) =>
        networks.EncodeText(prompt, cancellationToken);

    public IDenoiser CreateDenoiser(LatentShape shape, int capacity) => networks.CreateDenoiser(shape, capacity);

    public float[] Encode(Picture picture, CancellationToken cancellationToken) => networks.Encode(picture, cancellationToken);

    public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken) =>
        networks.Decode(latent, shape, cancellationToken);

    public Picture Enhance(Picture picture, CancellationToken cancellationToken) => networks.Enhance(picture, cancellationToken);

    public void Dispose()
    {
    }
}
