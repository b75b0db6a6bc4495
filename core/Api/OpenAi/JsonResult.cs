using Microsoft.AspNetCore.Http;

namespace Aigc.Api.OpenAi;

/// <summary>A 200 with JSON.</summary>
internal sealed class JsonResult(ReadOnlyMemory<byte> json) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json";
        httpContext.Response.ContentLength = json.Length;
        return httpContext.Response.Body.WriteAsync(json, httpContext.RequestAborted).AsTask();
    }
}
