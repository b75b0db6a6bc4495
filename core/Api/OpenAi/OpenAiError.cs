using Aigc.Artifacts;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.OpenAi;

/// <summary>A fault in the shape that OpenAI's clients turn into their typed exceptions.</summary>
/// <param name="Status">The HTTP status, by which clients choose the type.</param>
/// <param name="Code">A stable code for programs.</param>
/// <param name="Param">The parameter at fault; null where no single one is.</param>
/// <param name="Message">What is wrong, for people.</param>
/// <param name="Kind">What sort of fault it was inside.</param>
/// <param name="RetryAfter">When a retry has a chance; null where there is no hint.</param>
internal sealed record OpenAiError(
    int Status, string Code, string? Param, string Message, FaultKind Kind = FaultKind.BadRequest, TimeSpan? RetryAfter = null) : IResult
{
    /// <summary>What OpenAI calls the faults of a status.</summary>
    public static string TypeOf(int status) => status switch
    {
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    public static OpenAiError Of(ParameterException refused) =>
        new(refused.Status, refused.Faults[0].Code, refused.Faults[0].Param, refused.Message);

    public static OpenAiError Of(FaultException fault) => Of(fault.Kind, fault.Message, fault.RetryAfter);

    public static OpenAiError Of(FaultKind kind, string message, TimeSpan? retryAfter = null)
    {
        var (status, code) = HttpFaults.Of(kind);
        // These two have a name of OpenAI's own, which programs look for.
        code = kind switch
        {
            FaultKind.BadRequest => FaultCodes.InvalidRequest,
            FaultKind.Overloaded => FaultCodes.RateLimitExceeded,
            _ => code,
        };
        return new OpenAiError(status, code, Param: null, message, kind, retryAfter);
    }

    /// <summary>Answers with it; where a stream has begun, as its last event.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (response.HasStarted)
            return ServerEvent.SendAsync(response, "error", ToJson("error"));
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        HttpFaults.SetRetryAfter(response, Kind, RetryAfter);
        // Clients take a 409 for a lock that will be gone; a cancelled job stays cancelled.
        if (Status == 409)
            response.Headers["x-should-retry"] = "false";
        return response.Body.WriteAsync(ToJson(eventType: null), httpContext.RequestAborted).AsTask();
    }

    private ReadOnlyMemory<byte> ToJson(string? eventType) => JsonBytes.Write(json =>
    {
        json.WriteStartObject();
        // Beside the error where it is an event of a stream.
        if (eventType is not null)
            json.WriteString("type", eventType);
        json.WriteStartObject("error");
        json.WriteString("message", Message);
        json.WriteString("type", TypeOf(Status));
        json.WriteString("param", Param);
        json.WriteString("code", Code);
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
