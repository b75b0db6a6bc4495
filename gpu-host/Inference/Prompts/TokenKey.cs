using System.Buffers.Binary;
using System.Security.Cryptography;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Prompts;

/// <summary>The exact token ids of one prompt, of every tokenizer of the model: all that its embedding depends on.</summary>
internal sealed class TokenKey : IEquatable<TokenKey>
{
    private readonly int[] _ids;
    private readonly int _hash;

    public TokenKey(IReadOnlyList<TokenizedPrompt> tokens)
    {
        _ids = [.. tokens.SelectMany(prompt => prompt.Ids.ToArray())];
        var hash = new HashCode();
        foreach (var id in _ids)
            hash.Add(id);
        _hash = hash.ToHashCode();
    }

    public int Bytes => _ids.Length * sizeof(int);

    /// <summary>The same on every machine, unlike the hash code.</summary>
    public string Sha256()
    {
        var bytes = new byte[Bytes];
        for (var i = 0; i < _ids.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), _ids[i]);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    public bool Equals(TokenKey? other) => other is not null && _ids.AsSpan().SequenceEqual(other._ids);

    public override bool Equals(object? obj) => Equals(obj as TokenKey);

    public override int GetHashCode() => _hash;
}
