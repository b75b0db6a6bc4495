using Aigc.Inference.Batching;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;

namespace Aigc.Benchmarks.Transport;

/// <summary>A model of Stable Diffusion 1.5's shapes that computes nothing, for as long as it is told to.</summary>
internal sealed class SpinModel(ModelFolder folder, SpinTimes times) : IDiffusionModel
{
    public ModelDescription Description { get; } = new(
        folder.Name,
        TokenCount: 77,
        EmbeddingWidth: 768,
        folder.LatentChannels,
        ModelFolder.LatentFactor,
        folder.PictureSize,
        folder.EnhanceFactor);

    public long MemoryBytes => 0;

    public float[] EncodeText(IReadOnlyList<TokenizedPrompt> prompt, CancellationToken cancellationToken)
    {
        Spin.For(times.Understand);
        return Embedding(prompt[0].Ids.Span);
    }

    public IDenoiser CreateDenoiser(LatentShape shape, int capacity) =>
        new HostDenoiser(new SpinBatch(shape, capacity, Description.EmbeddingLength, times));

    public float[] Encode(Picture picture, CancellationToken cancellationToken) =>
        new float[folder.LatentChannels * picture.Width * picture.Height / (ModelFolder.LatentFactor * ModelFolder.LatentFactor)];

    public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken) =>
        SampleImages.Of(shape.Width * ModelFolder.LatentFactor);

    public Picture Enhance(Picture picture, CancellationToken cancellationToken)
    {
        Spin.For(times.Enhance);
        return SampleImages.Of(picture.Width * Description.EnhanceFactor);
    }

    public void Dispose()
    {
    }

    private float[] Embedding(ReadOnlySpan<int> ids)
    {
        var seed = 17;
        foreach (var id in ids)
            seed = unchecked(seed * 31 + id);
        var random = new Random(seed);
        var embedding = new float[Description.EmbeddingLength];
        foreach (ref var value in embedding.AsSpan())
            value = random.NextSingle() * 2 - 1;
        return embedding;
    }
}
