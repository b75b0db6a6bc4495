using Aigc.Api.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api;

/// <summary>
/// What stands before every route of a host that calls handlers one by one, as Azure Functions does: security headers, keys and limits,
/// and a body for every refusal.
/// </summary>
/// <param name="gate">Who may ask.</param>
public sealed class Gateway(AccessGate gate)
{
    /// <summary>Answers by a handler of the native routes, once the request has passed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="run">The handler.</param>
    public IActionResult Answer(HttpRequest request, Func<HttpRequest, Task<IActionResult>> run) => new GatewayResult(
        gate, async context => await (await run(request).ConfigureAwait(false)).ExecuteResultAsync(context).ConfigureAwait(false));

    /// <summary>Answers by a handler of the OpenAI API, once the request has passed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="run">The handler.</param>
    public IActionResult Answer(HttpRequest request, Func<HttpRequest, Task<IResult>> run) => new GatewayResult(
        gate, async context => await (await run(request).ConfigureAwait(false)).ExecuteAsync(context.HttpContext).ConfigureAwait(false));

    /// <summary>Answers whoever asks, as for a page that holds nothing of any caller.</summary>
    /// <param name="request">The request.</param>
    /// <param name="run">The handler.</param>
    public static IActionResult AnswerAnyone(HttpRequest request, Func<HttpRequest, Task<IActionResult>> run) => new GatewayResult(
        gate: null, async context => await (await run(request).ConfigureAwait(false)).ExecuteResultAsync(context).ConfigureAwait(false));
}
