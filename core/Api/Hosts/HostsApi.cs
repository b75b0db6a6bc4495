using System.Text.Json;
using System.Text.Json.Serialization;
using Aigc.Pipeline.Hosts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api.Hosts;

/// <summary>The hosts at a glance.</summary>
public static class HostsApi
{
    private static readonly JsonSerializerOptions _json =
        new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>
    /// <c>GET /api/hosts</c>: 200 with <c>hosts</c>, each with what <see cref="HostReport"/> has: a host that does not answer is one of
    /// them and no fault of the answer.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="monitor">Looks at the hosts.</param>
    public static Task<IActionResult> ListAsync(HttpRequest request, IHostMonitor monitor) => Guard.RunAsync(
        request,
        async cancellationToken =>
        {
            var hosts = await monitor.LookAsync(cancellationToken).ConfigureAwait(false);
            return Answers.Json(200, JsonSerializer.Serialize(new HostsAnswer(hosts), _json), request);
        });
}
