using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Prompts;

/// <summary>
/// Prompts to embeddings, the most recent of which it remembers. Texts of the same tokens share an embedding, and threads that ask for
/// one at the same time share its computation. Embeddings are rounded as <see cref="EmbeddingPrecision"/> says. Safe for use by many threads.
/// </summary>
public sealed class PromptEncoder
{
    // A start token and an end token.
    private const int TokensOfNothing = 2;

    private readonly IReadOnlyList<ClipTokenizer> _tokenizers;
    private readonly IDiffusionModel _model;
    private readonly float[]? _zeros;
    private readonly Lock _gate = new();
    private readonly EmbeddingCache _cache;
    private readonly Dictionary<TokenKey, TaskCompletionSource<float[]?>> _underWay = [];
    private long _hits;
    private long _misses;
    private long _shared;

    /// <summary>Makes an encoder that remembers nothing yet.</summary>
    /// <param name="tokenizers">The model's tokenizers, in the order of its text encoders.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">How much to remember; null for the defaults.</param>
    public PromptEncoder(IReadOnlyList<ClipTokenizer> tokenizers, IDiffusionModel model, PromptCacheOptions? options = null)
    {
        _tokenizers = tokenizers;
        _model = model;
        _zeros = model.Description.ForceZerosForEmptyPrompt ? new float[model.Description.EmbeddingLength] : null;
        _cache = new EmbeddingCache((options ?? new PromptCacheOptions()).MaxBytes);
    }

    /// <summary>Embeddings that were remembered, or that another thread was working out.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Embeddings that the model was asked for.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>Embeddings that <see cref="FetchAsync"/> found; they count among the hits when they are first used.</summary>
    public long Shared => Interlocked.Read(ref _shared);

    /// <summary>Bytes of the embeddings that are remembered.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _cache.Bytes;
        }
    }

    /// <summary>Makes an encoder with a model folder's tokenizers.</summary>
    /// <param name="folder">The folder that <paramref name="model"/> was loaded from.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">How much to remember; null for the defaults.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: a tokenizer's files are missing or damaged.</exception>
    public static PromptEncoder Load(ModelFolder folder, IDiffusionModel model, PromptCacheOptions? options = null) =>
        new([.. folder.TextEncoders.Select(part => ClipTokenizer.Load(part.Tokenizer))], model, options);

    /// <summary>Embeds prompts; those remembered cost a look-up.</summary>
    /// <param name="prompts">Any texts.</param>
    /// <param name="cancellationToken">Gives up. Others that wait for the same embedding work it out without this caller.</param>
    /// <returns>One for each prompt, in order; equal texts give one object.</returns>
    /// <exception cref="InferenceException">As <see cref="IDiffusionModel.EncodeText"/> throws it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<EncodedPrompt> Encode(IReadOnlyList<string> prompts, CancellationToken cancellationToken) =>
        Encode(prompts, null, "", cancellationToken);

    /// <summary>Embeds prompts, and shares what it works out.</summary>
    /// <param name="prompts">Any texts.</param>
    /// <param name="shared">Where to; null for nowhere.</param>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    /// <param name="cancellationToken">As above.</param>
    /// <returns>One for each prompt, in order; equal texts give one object.</returns>
    /// <exception cref="InferenceException">As <see cref="IDiffusionModel.EncodeText"/> throws it.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IReadOnlyList<EncodedPrompt> Encode(
        IReadOnlyList<string> prompts, ISharedEmbeddings? shared, string modelDigest, CancellationToken cancellationToken)
    {
        var encoded = new Dictionary<string, EncodedPrompt>(StringComparer.Ordinal);
        foreach (var prompt in prompts)
        {
            if (!encoded.ContainsKey(prompt))
                encoded.Add(prompt, Encode(prompt, shared, modelDigest, cancellationToken));
        }

        return [.. prompts.Select(prompt => encoded[prompt])];
    }

    /// <summary>
    /// Looks for embeddings that others have worked out, and remembers them for <see cref="TryRecall"/> and for whoever encodes. Does nothing
    /// where nothing is remembered.
    /// </summary>
    /// <param name="prompts">Any texts.</param>
    /// <param name="shared">Where from.</param>
    /// <param name="modelDigest">SHA-256 of the model, lower-case hex.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task FetchAsync(
        IEnumerable<string> prompts, ISharedEmbeddings shared, string modelDigest, CancellationToken cancellationToken)
    {
        var keys = prompts.Distinct(StringComparer.Ordinal)
            .Select(Tokenize).Where(tokens => !IsZeros(tokens)).Select(static tokens => new TokenKey(tokens)).Distinct();
        await Task.WhenAll(keys.Where(IsWanted).Select(async key =>
        {
            if (await shared.FindAsync(Named(key, modelDigest), cancellationToken).ConfigureAwait(false) is not { } found)
                return;
            Interlocked.Increment(ref _shared);
            lock (_gate)
                _cache.Add(key, found);
        })).ConfigureAwait(false);
    }

    /// <summary>Embeddings that need no computation.</summary>
    /// <param name="prompts">Any texts.</param>
    /// <returns>One for each prompt, in order, or null where one of them is not remembered.</returns>
    public IReadOnlyList<EncodedPrompt>? TryRecall(IReadOnlyList<string> prompts)
    {
        var known = new EncodedPrompt[prompts.Count];
        for (var i = 0; i < known.Length; i++)
        {
            var tokens = Tokenize(prompts[i]);
            if ((IsZeros(tokens) ? _zeros : Recall(new TokenKey(tokens))) is not { } embedding)
                return null;
            known[i] = new EncodedPrompt(prompts[i], tokens[0], embedding);
        }

        return known;
    }

    private EncodedPrompt Encode(string prompt, ISharedEmbeddings? shared, string modelDigest, CancellationToken cancellationToken)
    {
        var tokens = Tokenize(prompt);
        if (IsZeros(tokens))
            return new EncodedPrompt(prompt, tokens[0], _zeros);
        var key = new TokenKey(tokens);
        var (embedding, isNew) = Embedding(key, tokens, cancellationToken);
        if (isNew)
            shared?.Share(Named(key, modelDigest), embedding);
        return new EncodedPrompt(prompt, tokens[0], embedding);
    }

    private EmbeddingKey Named(TokenKey key, string modelDigest) => new(modelDigest, key.Sha256(), _model.Description.EmbeddingLength);

    private bool IsWanted(TokenKey key)
    {
        lock (_gate)
            return _cache.MaxBytes > 0 && _cache.Find(key) is null && !_underWay.ContainsKey(key);
    }

    private TokenizedPrompt[] Tokenize(string prompt) =>
        [.. _tokenizers.Select(tokenizer => tokenizer.Encode(prompt, _model.Description.TokenCount))];

    private bool IsZeros(TokenizedPrompt[] tokens) => _zeros is not null && tokens[0].TokenCount == TokensOfNothing;

    private float[]? Recall(TokenKey key)
    {
        lock (_gate)
        {
            var known = _cache.Find(key);
            if (known is not null)
                Interlocked.Increment(ref _hits);
            return known;
        }
    }

    private (float[] Embedding, bool IsNew) Embedding(
        TokenKey key, IReadOnlyList<TokenizedPrompt> tokens, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource<float[]?>? others;
            TaskCompletionSource<float[]?> own = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                if (_cache.Find(key) is { } known)
                {
                    Interlocked.Increment(ref _hits);
                    return (known, false);
                }

                if (!_underWay.TryGetValue(key, out others))
                    _underWay.Add(key, own);
            }

            if (others is null)
                return (Compute(key, tokens, own, cancellationToken), true);

            // Null where whoever worked it out was cancelled or failed: that is its own affair, so this thread tries for itself.
            others.Task.Wait(cancellationToken);
            if (others.Task.Result is not { } shared)
                continue;
            Interlocked.Increment(ref _hits);
            return (shared, false);
        }
    }

    private float[] Compute(
        TokenKey key, IReadOnlyList<TokenizedPrompt> tokens, TaskCompletionSource<float[]?> own, CancellationToken cancellationToken)
    {
        float[]? embedding = null;
        Interlocked.Increment(ref _misses);
        try
        {
            var made = _model.EncodeText(tokens, cancellationToken);
            EmbeddingPrecision.Round(made);
            return embedding = made;
        }
        finally
        {
            lock (_gate)
            {
                if (embedding is not null)
                    _cache.Add(key, embedding);
                _underWay.Remove(key);
            }

            own.SetResult(embedding);
        }
    }
}
