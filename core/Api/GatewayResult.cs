using Aigc.Api.Access;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api;

/// <summary>An answer that is made only once it is to be sent, behind the gate: a stream counts against its key until its end.</summary>
internal sealed class GatewayResult(AccessGate? gate, Func<ActionContext, Task> answer) : IActionResult
{
    public Task ExecuteResultAsync(ActionContext context) => Problems.GuardAsync(
        context.HttpContext, passed => gate is null ? answer(context) : gate.PassAsync(passed, _ => answer(context)));
}
