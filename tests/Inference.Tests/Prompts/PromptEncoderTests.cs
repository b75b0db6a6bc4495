using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Prompts;
using Aigc.Inference.Tests.Tokenization;

namespace Aigc.Inference.Tests.Prompts;

public sealed class PromptEncoderTests : IDisposable
{
    private readonly TinyVocabulary _vocabulary = new();
    private readonly CountingModel _model = new();

    public void Dispose()
    {
        _vocabulary.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Encode_SamePromptTwice_AsksTheModelOnce()
    {
        var encoder = Encoder(capacity: 4);
        var encoded = encoder.Encode(["red", "circle", "red"], default);
        Assert.Equal(["red", "circle", "red"], encoded.Select(e => e.Text));
        encoder.Encode(["circle", "red"], default);
        Assert.Equal([2], _model.Batches);
        Assert.Same(encoded[0], encoder.Encode(["red"], default)[0]);
    }

    [Fact]
    public void Encode_PromptsDifferInCaseAlone_AreKeptApart()
    {
        var encoder = Encoder(capacity: 4);
        encoder.Encode(["red"], default);
        encoder.Encode(["RED"], default);
        Assert.Equal([1, 1], _model.Batches);
    }

    [Fact]
    public void Encode_MoreThanItRemembers_ForgetsTheOneUsedLongestAgo()
    {
        var encoder = Encoder(capacity: 2);
        encoder.Encode(["red", "circle"], default);
        encoder.Encode(["red"], default);
        encoder.Encode(["square"], default);
        encoder.Encode(["red", "square"], default);
        Assert.Equal([2, 1], _model.Batches);
        encoder.Encode(["circle"], default);
        Assert.Equal([2, 1, 1], _model.Batches);
    }

    [Fact]
    public void Encode_ManyPrompts_GoInBatches()
    {
        Encoder(capacity: 64).Encode([.. Enumerable.Range(0, 40).Select(i => $"red {i}")], default);
        Assert.Equal([16, 16, 8], _model.Batches);
    }

    private PromptEncoder Encoder(int capacity) => new(_vocabulary.Load(), _model, capacity);

    private sealed class CountingModel : IDiffusionModel
    {
        public List<int> Batches { get; } = [];

        public ModelDescription Description { get; } = new("counting", 8, 1, 4, 8, 128, 0);

        public IReadOnlyList<float[]> EncodeText(IReadOnlyList<ReadOnlyMemory<int>> prompts, CancellationToken cancellationToken)
        {
            Batches.Add(prompts.Count);
            return [.. prompts.Select(ids => ids.ToArray().Select(id => (float)id).ToArray())];
        }

        public IDenoiser CreateDenoiser(LatentShape shape, int capacity) => throw new NotSupportedException();

        public float[] Encode(Picture picture, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Picture Enhance(Picture picture, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
