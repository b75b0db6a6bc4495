using System.Text.Json;
using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Api;

/// <summary>What the native routes answer: JSON, and problems as RFC 9457 has them.</summary>
internal static class Answers
{
    public static ContentResult Json(int status, string json, string type = "application/json") =>
        new() { StatusCode = status, Content = json, ContentType = type };

    /// <summary>JSON that may be another the next time.</summary>
    public static ContentResult Json(int status, string json, HttpRequest request)
    {
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        return Json(status, json);
    }

    /// <summary>A job's status; where it has ended, with its ledger as <c>Server-Timing</c>.</summary>
    public static ContentResult Of(JobStatus status, HttpRequest request)
    {
        ServerTiming.Set(request.HttpContext.Response, status.Ledger);
        return Json(200, JobJson.Of(status, request.PathBase), request);
    }

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

    /// <summary>A fault as a problem.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="response">Given a <c>Retry-After</c> where the fault is over some time; null where its headers are sent.</param>
    public static ContentResult Problem(FaultException fault, HttpResponse? response)
    {
        var (status, code) = HttpFaults.Of(fault.Kind);
        if (response is not null)
            HttpFaults.SetRetryAfter(response, fault.Kind, fault.RetryAfter);
        return Problem(status, code, fault.Message);
    }
}
