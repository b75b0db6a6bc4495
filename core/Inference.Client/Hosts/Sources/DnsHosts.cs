using System.Net;
using System.Net.Sockets;
using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts.Sources;

/// <summary>
/// Every address of a name, as a headless service of Kubernetes has one for each of its pods. In clear text: a certificate is for a name.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Port">The port of every host.</param>
/// <remarks>
/// Grpc.Net.Client's own DnsResolver is not used: only a channel can make one (the constructor of its options is internal), it keeps to a
/// clock of its own, and it resolves at most once in 15 seconds, so that a host that has gone would be kept for that long.
/// </remarks>
internal sealed record DnsHosts(string Name, int Port) : HostSource
{
    internal const string Scheme = "dns:";

    /// <summary>Looks a name up.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    internal override bool Changes => true;

    public override string ToString() => $"dns:///{Name}:{Port}";

    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it names no port, or a server to ask.</exception>
    internal static DnsHosts ParseName(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Authority: "", Query: "", Fragment: "" }
        && Uri.TryCreate($"http:/{uri.AbsolutePath}", UriKind.Absolute, out var target)
        && target is { PathAndQuery: "/", UserInfo: "", HostNameType: UriHostNameType.Dns }
        && uri.AbsolutePath.EndsWith($":{target.Port}", StringComparison.Ordinal)
            ? new DnsHosts(target.IdnHost, target.Port)
            : throw new FaultException(
                FaultKind.BadRequest, $"host source '{text}' is not a name and a port: write it as dns:///name:port");

    internal override async ValueTask<IReadOnlyList<Uri>> ListAsync(CancellationToken cancellationToken)
    {
        IPAddress[] found;
        try
        {
            found = await Resolve(Name, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new FaultException(
                FaultKind.Unavailable, $"{this} cannot be looked up ({e.SocketErrorCode}): see that the name is right", e);
        }
        catch (ArgumentException e)
        {
            throw new FaultException(FaultKind.Unavailable, $"{this} cannot be looked up: {e.Message}", e);
        }
        catch (OperationCanceledException e)
        {
            throw new FaultException(FaultKind.Unavailable, $"{this} was not looked up in time", e);
        }

        // A machine with addresses of both kinds is one host and not two.
        var family = Array.Exists(found, address => address.AddressFamily == AddressFamily.InterNetwork)
            ? AddressFamily.InterNetwork
            : AddressFamily.InterNetworkV6;
        var mine = found.Where(address => address.AddressFamily == family).Select(ToUri).Distinct();
        Uri[] hosts = [.. mine.OrderBy(HostAddress.NameOf, StringComparer.Ordinal)];
        return hosts.Length > 0 ? hosts : throw new FaultException(FaultKind.Unavailable, $"{this} has no address");
    }

    private Uri ToUri(IPAddress address) => new($"http://{new IPEndPoint(address, Port)}");
}
