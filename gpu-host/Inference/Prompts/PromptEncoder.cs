using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Prompts;

/// <summary>Prompts to embeddings, the most recent of which it remembers. Safe for use by many threads.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="model">The model.</param>
/// <param name="capacity">How many embeddings to remember.</param>
public sealed class PromptEncoder(ClipTokenizer tokenizer, IDiffusionModel model, int capacity = 256)
{
    private const int MaxBatch = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<EncodedPrompt>> _known = new(StringComparer.Ordinal);
    private readonly LinkedList<EncodedPrompt> _byUse = new();

    /// <summary>Embeds prompts; those remembered cost a look-up.</summary>
    /// <param name="prompts">Any texts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One for each prompt, in order.</returns>
    public IReadOnlyList<EncodedPrompt> Encode(IReadOnlyList<string> prompts, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, EncodedPrompt>(StringComparer.Ordinal);
        foreach (var prompt in prompts)
        {
            if (Recall(prompt) is { } encoded)
                found[prompt] = encoded;
        }

        foreach (var unknown in prompts.Where(p => !found.ContainsKey(p)).Distinct().ToArray().Chunk(MaxBatch))
        {
            var tokenized = unknown.Select(p => tokenizer.Encode(p, model.Description.TokenCount)).ToArray();
            var embeddings = model.EncodeText([.. tokenized.Select(t => t.Ids)], cancellationToken);
            for (var i = 0; i < unknown.Length; i++)
                Remember(found[unknown[i]] = new EncodedPrompt(unknown[i], tokenized[i], embeddings[i]));
        }

        return [.. prompts.Select(p => found[p])];
    }

    /// <summary>Embeddings that are all remembered, or null.</summary>
    /// <param name="prompts">Any texts.</param>
    public IReadOnlyList<EncodedPrompt>? TryRecall(IReadOnlyList<string> prompts)
    {
        var known = new EncodedPrompt[prompts.Count];
        for (var i = 0; i < known.Length; i++)
        {
            if (Recall(prompts[i]) is not { } encoded)
                return null;
            known[i] = encoded;
        }

        return known;
    }

    private EncodedPrompt? Recall(string prompt)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(prompt, out var node))
                return null;
            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value;
        }
    }

    private void Remember(EncodedPrompt encoded)
    {
        lock (_gate)
        {
            if (!_known.TryAdd(encoded.Text, new LinkedListNode<EncodedPrompt>(encoded)))
                return;
            _byUse.AddFirst(_known[encoded.Text]);
            if (_byUse.Count <= capacity)
                return;
            _known.Remove(_byUse.Last!.Value.Text);
            _byUse.RemoveLast();
        }
    }
}
