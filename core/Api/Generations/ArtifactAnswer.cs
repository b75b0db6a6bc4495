using System.Buffers;
using System.Runtime.InteropServices;
using Aigc.Artifacts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Aigc.Api.Generations;

/// <summary>
/// One artifact as an answer: a validator, ranges, and for how long it may be kept; or, where the store gives addresses of its own, a
/// redirect to one.
/// </summary>
internal static partial class ArtifactAnswer
{
    // Documents of jobs hold what other callers asked for.
    private const string JobDocuments = "jobs/";

    // As long as a cache may keep anything: such a name never stands for other bytes.
    private const string Forever = "public, max-age=31536000, immutable";

    // Within the shortest time that an address opens, and nobody else's: it opens to whoever has it.
    private const string RedirectLife = "private, max-age=30";

    private const int HashLength = 64;

    private static readonly SearchValues<char> _hex = SearchValues.Create("0123456789abcdef");

    public static async Task<IActionResult> OfAsync(
        HttpRequest request, IArtifactStore store, string name, CancellationToken cancellationToken)
    {
        if (name.StartsWith(JobDocuments, StringComparison.Ordinal)
            || await store.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } reference)
            return Answers.Problem(404, "not_found", "there is no such artifact");
        var tag = new EntityTagHeaderValue($"\"{reference.Sha256}\"");
        request.HttpContext.Response.Headers.CacheControl = IsAddress(name) ? Forever : "no-cache";
        if (Has(request.GetTypedHeaders(), tag))
        {
            // Nothing is read for a caller who has it.
            request.HttpContext.Response.Headers.ETag = tag.ToString();
            return new StatusCodeResult(304);
        }

        if (await LinkAsync(request, store, reference, cancellationToken).ConfigureAwait(false) is { } link)
        {
            request.HttpContext.Response.Headers.CacheControl = RedirectLife;
            return new RedirectResult(link.AbsoluteUri);
        }

        var bytes = await store.ReadAsync(reference, cancellationToken).ConfigureAwait(false);
        var whole = MemoryMarshal.TryGetArray(bytes, out var held) && held.Count == held.Array!.Length ? held.Array : bytes.ToArray();
        return new FileContentResult(whole, reference.MediaType) { EntityTag = tag, EnableRangeProcessing = true };
    }

    /// <summary>Where the store itself answers for an artifact; null where it does not, or cannot sign an address.</summary>
    public static async ValueTask<Uri?> LinkAsync(
        HttpRequest request, IArtifactStore store, ArtifactRef reference, CancellationToken cancellationToken)
    {
        if (store is not IArtifactLinks links)
            return null;
        try
        {
            return await links.LinkAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (FaultException e)
        {
            // The bytes can still be carried: the picture is late and not lost.
            LogNoLink(Guard.LoggerOf(request), e.Message);
            return null;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Artifacts are carried by this service and not by the store: {Why}")]
    private static partial void LogNoLink(ILogger logger, string why);

    private static bool Has(RequestHeaders headers, EntityTagHeaderValue tag) => headers.IfNoneMatch
        .Any(held => held.Tag.Equals(EntityTagHeaderValue.Any.Tag) || held.Compare(tag, useStrongComparison: false));

    /// <summary>Whether a part of the name is the hash of what went into the bytes, or of the bytes.</summary>
    private static bool IsAddress(string name) => name.Split('/').Any(part =>
        part.Length >= HashLength
        && !part.AsSpan(0, HashLength).ContainsAnyExcept(_hex)
        && (part.Length == HashLength || part[HashLength] == '.'));
}
