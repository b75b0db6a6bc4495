using System.Buffers;
using System.Security.Cryptography;

namespace Aigc.Artifacts;

internal static class Sha256Hex
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash);
    }

    public static async ValueTask<string> OfAsync(Stream bytes, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken));

    public static bool IsLegal(string? text) =>
        text is { Length: 2 * SHA256.HashSizeInBytes } && !text.AsSpan().ContainsAnyExcept(Digits);
}
