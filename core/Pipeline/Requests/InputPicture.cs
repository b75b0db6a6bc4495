using System.Globalization;
using System.Security.Cryptography;
using Aigc.Artifacts;

namespace Aigc.Pipeline.Requests;

/// <summary>Files that a request may start from: PNG, JPEG and WebP, told apart by their first bytes and not by their names.</summary>
public static class InputPicture
{
    /// <summary>The longest file, in bytes. What its pixels come to is for the stage that decodes it to bound.</summary>
    public const int MaxBytes = 64 << 20;

    /// <summary>The known media types.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } = ["image/png", "image/jpeg", "image/webp"];

    /// <summary>Refuses a file that no stage would take, before anything is done for it.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="what">The file's name, for messages, as in <c>image 'a.png'</c>.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: the file is too long or of no known type.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, string what)
    {
        CheckLength(bytes.Length, what);
        if (TypeOf(bytes) is null)
            throw new FaultException(FaultKind.BadRequest, $"{what} is neither PNG, JPEG nor WebP: convert it to one of them");
    }

    /// <summary>Refuses a file by its length alone, before it is read.</summary>
    /// <param name="length">The file's length, in bytes.</param>
    /// <param name="what">The file's name, for messages, as in <c>image 'a.png'</c>.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: the file is too long.</exception>
    public static void CheckLength(long length, string what)
    {
        if (length > MaxBytes)
            throw new FaultException(FaultKind.BadRequest, string.Create(
                CultureInfo.InvariantCulture, $"{what} has {length} bytes, above the {MaxBytes} that are taken: make it smaller"));
    }

    /// <summary>Stores a file under a name made of its own bytes, so that the same file is stored once.</summary>
    /// <param name="store">The store that the stages read.</param>
    /// <param name="bytes">The file. It must not change afterwards.</param>
    /// <param name="what">The file's name, for messages, as in <c>image 'a.png'</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The reference for <see cref="GenerationRequest.Image"/>.</returns>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/> as in <see cref="Check"/>; or the store's own.</exception>
    public static async Task<ArtifactRef> StoreAsync(
        IArtifactStore store, ReadOnlyMemory<byte> bytes, string what, CancellationToken cancellationToken)
    {
        Check(bytes.Span, what);
        var (mediaType, extension) = TypeOf(bytes.Span)!.Value;
        var name = $"uploads/{Convert.ToHexStringLower(SHA256.HashData(bytes.Span))}.{extension}";
        return await store.PutAsync(name, mediaType, bytes, cancellationToken).ConfigureAwait(false);
    }

    private static (string MediaType, string Extension)? TypeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(PngSignature))
            return ("image/png", "png");
        if (bytes.StartsWith(JpegStart))
            return ("image/jpeg", "jpg");
        return bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? ("image/webp", "webp") : null;
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    private static ReadOnlySpan<byte> JpegStart => [0xff, 0xd8, 0xff];
}
