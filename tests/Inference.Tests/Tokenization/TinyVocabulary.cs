using System.Text;
using System.Text.Json;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Tests.Tokenization;

/// <summary>A CLIP vocabulary of 590 tokens in a folder of its own: 512 bytes, the merges that build some words, two specials.</summary>
public sealed class TinyVocabulary : IDisposable
{
    private static readonly string[] _words =
    [
        "red", "circle", "square", "photo", "the", "over", "café", "straße", "'s", "'ll", "...", "!!", "2", "istanbul", "😀", "你好", "привет",
        "a", "photograph", "circles", "étude",
    ];

    public TinyVocabulary()
    {
        Folder = Directory.CreateTempSubdirectory("clip-").FullName;
        var bytes = ByteSymbols();
        var tokens = bytes.Concat(bytes.Select(symbol => symbol + "</w>")).ToList();
        var merges = new List<string> { "#version: 0.2" };
        foreach (var word in _words)
        {
            var symbols = Encoding.UTF8.GetBytes(word).Select(code => bytes[code]).ToArray();
            symbols[^1] += "</w>";
            var built = symbols[0];
            foreach (var symbol in symbols.Skip(1))
            {
                if (!merges.Contains($"{built} {symbol}")) merges.Add($"{built} {symbol}");
                built += symbol;
                if (!tokens.Contains(built)) tokens.Add(built);
            }
        }

        tokens.AddRange(["<|startoftext|>", "<|endoftext|>"]);
        Write("merges.txt", string.Join('\n', merges) + "\n");
        Write("vocab.json", JsonSerializer.Serialize(tokens.Index().ToDictionary(pair => pair.Item, pair => pair.Index)));
        Size = tokens.Count;
    }

    public string Folder { get; }

    public int Size { get; }

    public ClipTokenizer Load() => ClipTokenizer.Load(Folder);

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string[] ByteSymbols()
    {
        var next = 0x100;
        return [.. Enumerable.Range(0, 256).Select(code =>
            ((char)(code is (> 32 and < 127) or (> 160 and < 173) or > 173 ? code : next++)).ToString())];
    }
}
