using Microsoft.AspNetCore.Http;

namespace Aigc.Api;

/// <summary>What every answer tells a browser not to do with it.</summary>
public static class SecurityHeaders
{
    /// <summary>Sets the headers, as far as they are not set already.</summary>
    /// <param name="headers">An answer's.</param>
    public static void Set(IHeaderDictionary headers)
    {
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("X-Frame-Options", "DENY");
        headers.TryAdd("Referrer-Policy", "no-referrer");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
    }
}
