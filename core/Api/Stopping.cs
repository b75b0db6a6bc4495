using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aigc.Api;

/// <summary>The host's wish to end, for whatever answers for long: a request that goes on would hold it up.</summary>
internal static class Stopping
{
    /// <summary>A token of the host that answers a request; none where it has no lifetime of its own.</summary>
    public static CancellationToken Of(HttpRequest request) =>
        request.HttpContext.RequestServices?.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;
}
