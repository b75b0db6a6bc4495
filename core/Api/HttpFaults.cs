using System.Globalization;
using Aigc.Artifacts;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api;

/// <summary>The one place where a fault becomes an HTTP status, whichever shape the answer then has.</summary>
internal static class HttpFaults
{
    /// <summary>What is said of a body whose framing is wrong, or that breaks off.</summary>
    public const string BrokenBody = "the body cannot be read to its end: it breaks off, or its chunks are not as HTTP has them";

    /// <summary>The status, and a stable code for programs.</summary>
    public static (int Status, string Code) Of(FaultKind kind) => kind switch
    {
        FaultKind.BadRequest => (400, "bad_request"),
        FaultKind.NotFound => (404, "not_found"),
        FaultKind.Overloaded => (429, "overloaded"),
        FaultKind.Unavailable => (503, "unavailable"),
        FaultKind.DeadlineExceeded => (504, "deadline_exceeded"),
        FaultKind.Cancelled => (409, "cancelled"),
        FaultKind.DataLoss => (500, "data_loss"),
        FaultKind.OutOfSpace => (507, "out_of_space"),
        FaultKind.BadModel => (500, "bad_model"),
        FaultKind.Internal => (500, "internal"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of fault"),
    };

    /// <summary>A stable code for a body that could not be read to its end.</summary>
    public static string CodeOf(BadHttpRequestException unread) => unread.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status408RequestTimeout => "too_slow",
        _ => "bad_request",
    };

    /// <summary>Says when a retry has a chance, where the kind of fault is one that passes.</summary>
    public static void SetRetryAfter(HttpResponse response, FaultKind kind, TimeSpan? retryAfter)
    {
        if (kind is not (FaultKind.Overloaded or FaultKind.Unavailable))
            return;
        var seconds = Math.Max(1, Math.Ceiling(retryAfter?.TotalSeconds ?? 1));
        response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
    }
}
