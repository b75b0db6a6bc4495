using Grpc.Net.Client;

namespace Aigc.Inference.Client.Hosts;

/// <summary>How a host is connected to.</summary>
internal static class HostChannel
{
    public static GrpcChannel Open(Uri address, RemoteStagesOptions options) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            // A connection carries a hundred calls or so, as its host has it: more open another.
            EnableMultipleHttp2Connections = true,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingDelay = options.KeepAliveDelay,
            KeepAlivePingTimeout = options.KeepAliveTimeout,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            AllowAutoRedirect = false,
            UseCookies = false,
            // No proxy passes HTTP/2 in clear text on.
            UseProxy = address.Scheme == Uri.UriSchemeHttps,
        },
        DisposeHttpClient = true,
        ThrowOperationCanceledOnCancellation = true,
    });
}
