using System.Text.Json;
using Aigc.Inference.Faults;
using Microsoft.ML.Tokenizers;

namespace Aigc.Inference.Tokenization;

/// <summary>
/// What a tokenizer folder holds, read and checked: <c>vocab.json</c>, <c>merges.txt</c> and the name of the padding token.
/// </summary>
internal sealed class ClipVocabulary
{
    public const string StartOfText = "<|startoftext|>";
    public const string EndOfText = "<|endoftext|>";
    public const string EndOfWord = "</w>";

    private const string VocabularyFile = "vocab.json";
    private const string MergesFile = "merges.txt";

    private readonly string _folder;
    private readonly Dictionary<string, int> _ids;

    private ClipVocabulary(string folder)
    {
        _folder = folder;
        _ids = ReadVocabulary();
        StartId = Id(StartOfText);
        EndId = Id(EndOfText);
        PadId = ReadPadToken() is { } pad ? Id(pad) : EndId;
        Words = BpeTokenizer.Create(new BpeOptions(_ids) { Merges = ReadMerges(), ByteLevel = true, EndOfWordSuffix = EndOfWord });
    }

    public int StartId { get; }

    public int EndId { get; }

    public int PadId { get; }

    /// <summary>Byte pair encoding of one word; it keeps a bounded cache of words and may be used by many threads.</summary>
    public BpeTokenizer Words { get; }

    public static ClipVocabulary Load(string folder) => new(folder);

    private int Id(string token) => _ids.TryGetValue(token, out var id)
        ? id
        : throw BadFile(VocabularyFile, $"has no token '{token}'", "export the tokenizer again from the model it belongs to");

    private Dictionary<string, int> ReadVocabulary()
    {
        var text = Read(VocabularyFile);
        Dictionary<string, int> ids;
        try
        {
            ids = JsonSerializer.Deserialize<Dictionary<string, int>>(text) ?? [];
        }
        catch (JsonException exception)
        {
            throw BadFile(VocabularyFile, $"is not a JSON object of token to id ({exception.Message})", "copy it again", exception);
        }

        if (ids.Values.Distinct().Count() != ids.Count) throw BadFile(VocabularyFile, "gives one id to two tokens", "copy it again");

        // Every byte has a token, alone and at the end of a word, so no prompt can hold anything unknown.
        foreach (var symbol in ByteSymbols())
        {
            if (ids.ContainsKey(symbol) && ids.ContainsKey(symbol + EndOfWord)) continue;
            throw BadFile(VocabularyFile, $"lacks byte token '{symbol}' or '{symbol}{EndOfWord}'", "use a CLIP tokenizer's vocabulary");
        }

        return ids;
    }

    private List<string> ReadMerges()
    {
        var merges = new List<string>();
        var number = 0;
        foreach (var line in Read(MergesFile).Split('\n'))
        {
            number++;
            var merge = line.TrimEnd('\r');
            if (merge.Length == 0 || (number == 1 && merge.StartsWith("#version", StringComparison.Ordinal))) continue;
            var parts = merge.Split(' ');
            var isKnown = parts.Length == 2 && parts.Append(parts[0] + parts[1]).All(_ids.ContainsKey);
            if (!isKnown)
                throw BadFile(MergesFile, $"line {number} is no merge of tokens of {VocabularyFile}", "copy both files from one export");
            merges.Add(merge);
        }

        return merges;
    }

    // special_tokens_map.json first: Stable Diffusion 2 names "!" there and the end token in tokenizer_config.json, and pads with "!".
    private string? ReadPadToken() => PadTokenIn("special_tokens_map.json") ?? PadTokenIn("tokenizer_config.json");

    private string? PadTokenIn(string file)
    {
        if (!File.Exists(Path.Combine(_folder, file))) return null;
        try
        {
            using var document = JsonDocument.Parse(Read(file));
            if (!document.RootElement.TryGetProperty("pad_token", out var pad)) return null;
            return pad.ValueKind == JsonValueKind.Object ? pad.GetProperty("content").GetString() : pad.GetString();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw BadFile(file, "does not name pad_token as text", "copy it again, or delete it to pad with the end token", exception);
        }
    }

    private string Read(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(_folder, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw BadFile(file, "cannot be read", "put the tokenizer's files into the model's tokenizer folder", exception);
        }
    }

    // GPT-2's alphabet of bytes: those that print stand for themselves, the others for U+0100 and on.
    private static IEnumerable<string> ByteSymbols()
    {
        var next = 0x100;
        for (var code = 0; code < 256; code++)
        {
            var prints = code is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            yield return ((char)(prints ? code : next++)).ToString();
        }
    }

    private InferenceException BadFile(string file, string fault, string mend, Exception? cause = null) =>
        new(InferenceFault.BadModel, $"{Path.Combine(_folder, file)} {fault}; {mend}", innerException: cause);
}
