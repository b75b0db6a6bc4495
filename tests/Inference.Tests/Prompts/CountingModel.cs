using System.Collections.Concurrent;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Prompts;

/// <summary>A model whose embedding of a prompt is its token ids, those of every tokenizer, and which notes what it was asked.</summary>
internal sealed class CountingModel : IDiffusionModel
{
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Where the first prompt is held, or null.</summary>
    public SyncPoint? Hold { get; set; }

    public Exception? Fault { get; set; }

    public ModelDescription Description { get; init; } = new("counting", 8, 1, 4, 8, 128, 0);

    public long MemoryBytes => 0;

    public float[] EncodeText(IReadOnlyList<TokenizedPrompt> prompt, CancellationToken cancellationToken)
    {
        Asked.Enqueue(string.Join(" | ", prompt.Select(tokens => string.Join(' ', tokens.Ids.ToArray()))));
        if (Asked.Count == 1)
            Hold?.WaitToContinue(cancellationToken).GetAwaiter().GetResult();
        if (Asked.Count == 1 && Fault is not null)
            throw Fault;
        return [.. prompt.SelectMany(tokens => tokens.Ids.ToArray()).Select(id => (float)id)];
    }

    public IDenoiser CreateDenoiser(LatentShape shape, int capacity) => throw new NotSupportedException();

    public float[] Encode(Picture picture, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Picture Enhance(Picture picture, CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
