using System.Net;
using Aigc.Artifacts;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Aigc.GpuHost.Probes;

/// <summary>The two ports: gRPC over HTTP/2 without TLS, and probes over HTTP/1, since neither speaks the other's protocol.</summary>
internal static class Listeners
{
    private static readonly object _probe = new();

    public static void Listen(this KestrelServerOptions kestrel, Configuration.ListenOptions options)
    {
        var address = options.Address == "localhost" ? IPAddress.Loopback
            : IPAddress.TryParse(options.Address, out var parsed) ? parsed
            : throw new FaultException(FaultKind.BadRequest, $"Listen:Address '{options.Address}' is no IP address: give one, or localhost");
        var probePort = options.ProbePort ?? (options.GrpcPort is 0 or > 64535 ? 0 : options.GrpcPort + 1000);
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Listen(address, options.GrpcPort, static listen => listen.Protocols = HttpProtocols.Http2);
        kestrel.Listen(address, probePort, static listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(static next => connection =>
            {
                connection.Items[_probe] = true;
                return next(connection);
            });
        });
    }

    /// <summary>Whether a request came in by the probes' port.</summary>
    public static bool IsProbe(HttpContext context) => context.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(_probe) == true;
}
