using Aigc.Artifacts;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;

namespace Aigc.Inference.Client.Mapping;

/// <summary>The one place where a gRPC status becomes a fault.</summary>
internal static class StatusMapping
{
    private const string PushbackTrailer = "grpc-retry-pushback-ms";

    // The host chooses the number, and a timer takes none that is much longer.
    private static readonly TimeSpan _longestRetry = TimeSpan.FromDays(1);

    /// <summary>The fault that a status stands for, with the host's own message.</summary>
    public static FaultException ToFault(this RpcException e, string host) => e.StatusCode switch
    {
        StatusCode.InvalidArgument => new FaultException(FaultKind.BadRequest, Message(e, host), e),
        StatusCode.NotFound => new FaultException(FaultKind.NotFound, Message(e, host), e),
        StatusCode.ResourceExhausted => new FaultException(FaultKind.Overloaded, Message(e, host), e, RetryAfter(e)),
        StatusCode.Unavailable => new FaultException(FaultKind.Unavailable, Message(e, host), e, RetryAfter(e)),
        StatusCode.DeadlineExceeded => new FaultException(FaultKind.DeadlineExceeded, Message(e, host), e),
        StatusCode.Cancelled => new FaultException(FaultKind.Cancelled, Message(e, host), e),
        StatusCode.DataLoss => new FaultException(FaultKind.DataLoss, Message(e, host), e),
        StatusCode.FailedPrecondition => new FaultException(FaultKind.BadModel, Message(e, host), e),
        StatusCode.Unimplemented => new FaultException(
            FaultKind.NotFound, $"host {host} does not serve this call ({e.Status.Detail}): give the address of an inference host of this release", e),
        _ => new FaultException(FaultKind.Internal, $"host {host} failed with {e.StatusCode}: {e.Status.Detail}", e),
    };

    /// <summary>When the host says that a retry has a chance, a day at most; below 0 where it says that none has, null where it says nothing.</summary>
    public static TimeSpan? RetryAfter(RpcException e)
    {
        if (e.Trailers.GetValue(PushbackTrailer) is { } text)
        {
            return long.TryParse(text, out var ms) && ms >= 0
                ? TimeSpan.FromMilliseconds(Math.Min(ms, (long)_longestRetry.TotalMilliseconds))
                : TimeSpan.FromTicks(-1);
        }

        // From its numbers: the duration's own conversion throws where they are not of the form that they should have.
        return Detail<RetryInfo>(e)?.RetryDelay is { } delay
            ? TimeSpan.FromSeconds(Math.Clamp(delay.Seconds + (delay.Nanos * 1e-9), -1, _longestRetry.TotalSeconds))
            : null;
    }

    private static string Message(RpcException e, string host)
    {
        string[] violations = [.. Detail<BadRequest>(e)?.FieldViolations.Select(v => v.Description) ?? []];
        // The host's message may sum its faults up: every one of them is to be seen.
        string[] parts = [e.Status.Detail, .. violations.Where(v => !e.Status.Detail.Contains(v, StringComparison.Ordinal))];
        var message = string.Join("; ", parts.Where(part => part.Length > 0));
        return message.Length > 0 ? message : $"host {host} answered {e.StatusCode} and no reason";
    }

    private static T? Detail<T>(RpcException e)
        where T : class, IMessage<T>, new()
    {
        try
        {
            return e.GetRpcStatus()?.GetDetail<T>();
        }
        catch (InvalidProtocolBufferException)
        {
            // Details only add to a status that is known already.
            return null;
        }
    }
}
