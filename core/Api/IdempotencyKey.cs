using Aigc.Artifacts;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api;

/// <summary>The header by which a request that is sent again starts nothing new.</summary>
internal static class IdempotencyKey
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    public const int MaxLength = 200;

    /// <summary>A request's key; null where it has none.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is empty, too long, or given twice.</exception>
    public static string? Of(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var keys))
            return null;
        return keys is [{ Length: > 0 and <= MaxLength } key]
            ? key
            : throw new FaultException(FaultKind.BadRequest, $"{Header} is not one value of 1 to {MaxLength} characters");
    }
}
