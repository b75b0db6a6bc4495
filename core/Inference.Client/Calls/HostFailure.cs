using System.Net.Sockets;
using Aigc.Inference.Client.Mapping;
using Google.Protobuf;
using Grpc.Core;

namespace Aigc.Inference.Client.Calls;

/// <summary>Why a call failed, sorted by what can be done about it.</summary>
/// <param name="Kind">What it means for the next try.</param>
/// <param name="Why">For people: what became of the host.</param>
/// <param name="Spoke">Whether the host itself said so, and not the network.</param>
/// <param name="Connected">Whether the call may have reached the host.</param>
/// <param name="RetryAfter">When a retry has a chance, where the host said so; below 0 where it said that none has.</param>
internal sealed record HostFailure(FailureKind Kind, string Why, bool Spoke, bool Connected, TimeSpan? RetryAfter)
{
    public static HostFailure Of(RpcException e)
    {
        if (Transport(e.Status.DebugException) is { } cause)
            return new HostFailure(FailureKind.Lost, Words(cause, out var connected), Spoke: false, connected, null);
        var retryAfter = StatusMapping.RetryAfter(e);
        var kind = e.StatusCode switch
        {
            StatusCode.Unavailable => FailureKind.Lost,
            StatusCode.ResourceExhausted when !(retryAfter < TimeSpan.Zero) => FailureKind.Full,
            _ => FailureKind.Final,
        };
        return new HostFailure(kind, e.Status.Detail, Spoke: true, Connected: true, retryAfter);
    }

    // A broken connection has no status of its own: the client makes one up, and not always UNAVAILABLE.
    private static Exception? Transport(Exception? e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is InvalidProtocolBufferException)
                return null;
            if (cause is HttpRequestException or SocketException or IOException)
                return cause;
        }

        return null;
    }

    private static string Words(Exception cause, out bool connected)
    {
        var error = (cause as HttpRequestException)?.HttpRequestError;
        connected = error is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
        if (error == HttpRequestError.NameResolutionError)
            return "its name is not known";
        if (error == HttpRequestError.SecureConnectionError)
            return "no secure connection";
        if (connected)
            return "connection lost";
        for (Exception? inner = cause; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
                return socket.SocketErrorCode == SocketError.ConnectionRefused ? "connection refused" : "no connection";
            if (inner is TimeoutException)
                return "no connection in time";
        }

        return "no connection";
    }
}
