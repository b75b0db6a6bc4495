using System.Net.Sockets;
using Grpc.Net.Client;

namespace Aigc.Inference.Client.Hosts;

/// <summary>How a host is connected to.</summary>
internal static class HostChannel
{
    public static GrpcChannel Open(Uri address, RemoteStagesOptions options) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler
        {
            // With a callback the channel leaves connections to the handler. Its own way of keeping them backs off by the second,
            // for up to two minutes, where the pool has decided already that a host is to be tried.
            ConnectCallback = ConnectAsync,
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
    });

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
