using System.Security.Cryptography;
using System.Text;
using Aigc.Artifacts;

namespace Aigc.Api.Access;

/// <summary>A key that a caller may present. Only its hash is held.</summary>
/// <param name="Name">What it is called where it must not be shown.</param>
/// <param name="Hash">Its SHA-256: enough for keys of many random bits, which cannot be guessed from it.</param>
public sealed record ApiKey(string Name, ReadOnlyMemory<byte> Hash)
{
    /// <summary>The shortest key, in characters.</summary>
    public const int MinLength = 20;

    /// <summary>The longest key, in characters.</summary>
    public const int MaxLength = 500;

    private const string Hashed = "sha256:";

    /// <summary>Reads one key: <c>sha256:</c> and 64 hex digits, or the key itself where <paramref name="mayBePlain"/>.</summary>
    /// <param name="name">What it is to be called.</param>
    /// <param name="text">The key.</param>
    /// <param name="mayBePlain">Whether it may stand there itself.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is none; the message has the name and not the key.</exception>
    public static ApiKey Parse(string name, string text, bool mayBePlain)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(Hashed, StringComparison.Ordinal))
        {
            var hash = new byte[SHA256.HashSizeInBytes];
            var read = Convert.FromHexString(text.AsSpan(Hashed.Length), hash, out _, out var written);
            return read == System.Buffers.OperationStatus.Done && written == hash.Length
                ? new ApiKey(name, hash)
                : throw new FaultException(FaultKind.BadRequest, $"key '{name}' is not {Hashed} and 64 hex digits, as sha256sum prints them");
        }

        if (!mayBePlain)
            throw new FaultException(FaultKind.BadRequest, $"key '{name}' is not hashed: write {Hashed} and what sha256sum prints of it");
        return text.Length is >= MinLength and <= MaxLength
            ? new ApiKey(name, HashOf(text))
            : throw new FaultException(FaultKind.BadRequest, $"key '{name}' is not of {MinLength} to {MaxLength} characters: draw a longer one");
    }

    internal static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
