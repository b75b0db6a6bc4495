using System.IO.Compression;
using System.Net.Sockets;
using Aigc.Compression;
using Aigc.Inference.Client.Compression;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Compression;

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
        // What is listed here is what the host is told that it may answer with.
        CompressionProviders = ProviderOf(options) is { } provider ? [provider] : [],
    });

    /// <summary>Makes calls on a channel, compressed as the options say.</summary>
    public static CallInvoker InvokerOf(GrpcChannel channel, RemoteStagesOptions options)
    {
        var plain = channel.CreateCallInvoker();
        return ProviderOf(options) is { } provider ? plain.Intercept(new RequestCompression(provider.EncodingName)) : plain;
    }

    private static ICompressionProvider? ProviderOf(RemoteStagesOptions options) => options.Compression switch
    {
        MessageCompression.None => null,
        MessageCompression.Gzip => new GzipCompressionProvider(CompressionLevel.Fastest),
        MessageCompression.Zstd => new ZstdMessages(),
        var unknown => throw new ArgumentOutOfRangeException(nameof(options), unknown, "unknown compression"),
    };

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
