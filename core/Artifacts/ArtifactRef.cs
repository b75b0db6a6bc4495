using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Aigc.Artifacts;

/// <summary>
/// Says which bytes are meant, in place of the bytes: what travels in durable messages and between stages.
/// Never a URL, so a reference cannot be made to reach anything outside the store it is opened in.
/// </summary>
/// <remarks>
/// Its text and JSON form is <c>artifact:v1:{sha256}:{length}:{name}:{mediaType}[:{host}]</c>. The host comes last because
/// it alone may hold a ':'.
/// </remarks>
[JsonConverter(typeof(ArtifactRefJsonConverter))]
public sealed record ArtifactRef
{
    private const string Scheme = "artifact";
    private const string Version = "v1";
    private const int MaxHostLength = 255;
    private const int MaxMediaTypeLength = 127;

    private static readonly SearchValues<char> MediaTypeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-");

    // No '/': a host cannot be made into a URL.
    private static readonly SearchValues<char> HostCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-:[]");

    /// <summary>Creates a reference.</summary>
    /// <param name="name">The name within the store; see <see cref="ArtifactName"/>.</param>
    /// <param name="mediaType">Type and subtype without parameters, as in <c>image/png</c>; at most 127 characters.</param>
    /// <param name="length">The length, in bytes.</param>
    /// <param name="sha256">The SHA-256 of the bytes: 64 lower-case hex digits.</param>
    /// <param name="host">The host that still holds the bytes in memory, with its port; null where none does.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: a value is not legal; the message has every fault.</exception>
    public ArtifactRef(string name, string mediaType, long length, string sha256, string? host = null)
    {
        if (Fault(name, mediaType, length, sha256, host) is { } fault)
            throw new FaultException(FaultKind.BadRequest, fault);
        Name = name;
        MediaType = mediaType;
        Length = length;
        Sha256 = sha256;
        Host = host;
    }

    /// <summary>The name within the store; see <see cref="ArtifactName"/>.</summary>
    public string Name { get; }

    /// <summary>Type and subtype, as in <c>image/png</c>.</summary>
    public string MediaType { get; }

    /// <summary>The length, in bytes.</summary>
    public long Length { get; }

    /// <summary>The SHA-256 of the bytes: 64 lower-case hex digits.</summary>
    public string Sha256 { get; }

    /// <summary>The host that still holds the bytes in memory; null where none does. A hint: the store has them too.</summary>
    public string? Host { get; }

    /// <summary>The same bytes, held in memory by <paramref name="host"/>.</summary>
    /// <param name="host">A host, with a port where it needs one; null for none.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: the host is not legal.</exception>
    public ArtifactRef At(string? host) => new(Name, MediaType, Length, Sha256, host);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="token">A token, as in <c>artifact:v1:...</c>.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: no reference, or of a version that is not known.</exception>
    public static ArtifactRef Parse(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (TryParse(token, out var reference))
            return reference;
        var message = token.Split(':', 3) is [Scheme, not Version and var version, ..]
            ? $"artifact reference version {Quoted.Text(version)} is not known: this release reads {Version}, so run a newer one"
            : $"{Quoted.Text(token)} is not an artifact reference: pass one on exactly as it was given, as in {Scheme}:{Version}:...";
        throw new FaultException(FaultKind.BadRequest, message);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="token">A token, as in <c>artifact:v1:...</c>.</param>
    /// <param name="reference">The reference read.</param>
    /// <returns>False where the token is no reference, or one of a version that is not known.</returns>
    public static bool TryParse([NotNullWhen(true)] string? token, [NotNullWhen(true)] out ArtifactRef? reference)
    {
        reference = null;
        return token?.Split(':', 7) is [Scheme, Version, var sha256, var length, var name, var mediaType, .. var rest]
            && TryCreate(name, mediaType, length, sha256, rest is [var host] ? host : null, out reference);
    }

    /// <summary>The token that <see cref="Parse"/> reads back.</summary>
    public override string ToString()
    {
        var token = string.Create(CultureInfo.InvariantCulture, $"{Scheme}:{Version}:{Sha256}:{Length}:{Name}:{MediaType}");
        return Host is null ? token : $"{token}:{Host}";
    }

    /// <summary>Makes a reference of what was stored as text; false where a value is not legal.</summary>
    internal static bool TryCreate(
        string name, string mediaType, string length, string sha256, string? host, [NotNullWhen(true)] out ArtifactRef? reference)
    {
        var legal = long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Fault(name, mediaType, number, sha256, host) is null;
        reference = legal ? new ArtifactRef(name, mediaType, number, sha256, host) : null;
        return legal;
    }

    /// <summary>Refuses bytes of another length, before any are read.</summary>
    /// <param name="length">The length found, in bytes.</param>
    /// <param name="where">The file or blob, for the message.</param>
    internal void VerifyLength(long length, string where)
    {
        if (length != Length)
            throw new FaultException(
                FaultKind.DataLoss, $"{where} holds {length} bytes and not the {Length} that were written: {Mend}");
    }

    /// <summary>Refuses bytes other than those meant.</summary>
    /// <param name="bytes">The bytes found.</param>
    /// <param name="where">The file or blob, for the message.</param>
    internal void Verify(ReadOnlySpan<byte> bytes, string where)
    {
        VerifyLength(bytes.Length, where);
        if (Sha256Hex.Of(bytes) != Sha256)
            throw new FaultException(
                FaultKind.DataLoss, $"{where} no longer has the SHA-256 that was written ({Sha256}): {Mend}");
    }

    private string Mend => $"delete artifact '{Name}', and the next request for it makes it again";

    private static string? Fault(string? name, string? mediaType, long length, string? sha256, string? host)
    {
        string?[] faults =
        [
            ArtifactName.Fault(name),
            IsMediaType(mediaType) ? null : $"media type {Quoted.Text(mediaType)} is not legal: give type/subtype alone, as in image/png",
            length >= 0 ? null : $"length {length} is below 0",
            Sha256Hex.IsLegal(sha256) ? null : $"SHA-256 {Quoted.Text(sha256)} is not 64 lower-case hex digits",
            host is null || IsHost(host) ? null : $"host {Quoted.Text(host)} is not legal: give a name or address, and its port",
        ];
        return Array.TrueForAll(faults, fault => fault is null) ? null : string.Join("; ", faults.Where(fault => fault is not null));
    }

    private static bool IsMediaType(string? text) =>
        text is { Length: <= MaxMediaTypeLength }
        && text.Split('/') is [{ Length: > 0 } type, { Length: > 0 } subtype]
        && !type.AsSpan().ContainsAnyExcept(MediaTypeCharacters)
        && !subtype.AsSpan().ContainsAnyExcept(MediaTypeCharacters);

    private static bool IsHost(string text) =>
        text is { Length: > 0 and <= MaxHostLength } && !text.AsSpan().ContainsAnyExcept(HostCharacters);
}
