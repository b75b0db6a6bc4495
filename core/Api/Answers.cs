using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline;
using Aigc.Pipeline.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api;

/// <summary>What the native routes answer: JSON, and problems as RFC 9457 has them.</summary>
internal static class Answers
{
    public static ContentResult Json(int status, string json, string type = "application/json") =>
        new() { StatusCode = status, Content = json, ContentType = type };

    public static ContentResult Of(JobStatus status) => Json(200, JsonSerializer.Serialize(status, PipelineJson.Default.JobStatus));

    public static ContentResult Problem(int status, string code, string detail) => Json(
        status,
        JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["type"] = "about:blank",
            ["title"] = code,
            ["status"] = status,
            ["detail"] = detail,
        }),
        "application/problem+json");

    public static ContentResult Problem(FaultException fault, HttpResponse response)
    {
        var (status, code) = HttpFaults.Of(fault.Kind);
        HttpFaults.SetRetryAfter(response, fault.Kind, fault.RetryAfter);
        return Problem(status, code, fault.Message);
    }
}
