using Aigc.Inference.Faults;

namespace Aigc.Inference.Tokenization;

/// <summary>
/// The tokenizer of CLIP's text encoder (Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", 2021),
/// with the ids that Hugging Face's <c>CLIPTokenizer</c> gives where it has no ftfy to repair text with. Safe for use by many threads.
/// </summary>
public sealed class ClipTokenizer
{
    /// <summary>How many ids the text encoders of Stable Diffusion take.</summary>
    public const int DefaultLength = 77;

    private readonly ClipVocabulary _vocabulary;

    private ClipTokenizer(ClipVocabulary vocabulary) => _vocabulary = vocabulary;

    /// <summary>Reads a tokenizer in Hugging Face's layout.</summary>
    /// <param name="folder">
    /// Holds <c>vocab.json</c> and <c>merges.txt</c>. Where <c>special_tokens_map.json</c> or else <c>tokenizer_config.json</c> names a
    /// <c>pad_token</c>, prompts are padded with it; without either, with the end token.
    /// </param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: a file is missing or damaged, or the two do not belong
    /// together.</exception>
    public static ClipTokenizer Load(string folder) => new(ClipVocabulary.Load(folder));

    /// <summary>Turns a prompt into ids. A special token that a user types counts as that token, as it does in the reference.</summary>
    /// <param name="prompt">Any text; lone surrogates count as U+FFFD.</param>
    /// <param name="length">How many ids to give, from 2. The end token is kept where the prompt does not fit.</param>
    public TokenizedPrompt Encode(string prompt, int length = DefaultLength)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);

        var ids = new int[length];
        Array.Fill(ids, _vocabulary.PadId);
        ids[0] = _vocabulary.StartId;

        var text = new PromptText(prompt);
        var count = 1;
        var room = length - 1;
        DroppedText? dropped = null;
        foreach (var range in PromptWords.Split(text.Text))
        {
            var word = text.Text[range];
            var wordIds = WordIds(word);
            var kept = Math.Clamp(room - count, 0, wordIds.Count);
            for (var i = 0; i < kept; i++) ids[count + i] = wordIds[i];
            if (kept < wordIds.Count) dropped ??= text.From(range.Start.Value + TextLength(word, kept));
            count += wordIds.Count;
        }

        ids[Math.Min(count, room)] = _vocabulary.EndId;
        return new TokenizedPrompt(ids, count + 1, dropped);
    }

    // BpeTokenizer gives CLIP's ids for a single word. The cutting into words, the special tokens and the normalising are done here: its
    // own splitters cannot express CLIP's pattern outside the Basic Multilingual Plane, and it would take a special token to pieces.
    private IReadOnlyList<int> WordIds(string word) => word switch
    {
        ClipVocabulary.StartOfText => [_vocabulary.StartId],
        ClipVocabulary.EndOfText => [_vocabulary.EndId],
        _ => _vocabulary.Words.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false),
    };

    private int TextLength(string word, int tokens)
    {
        if (tokens == 0) return 0;
        var pieces = _vocabulary.Words.EncodeToTokens(word, out _, considerPreTokenization: false, considerNormalization: false);
        return pieces[tokens].Offset.Start.Value;
    }
}
