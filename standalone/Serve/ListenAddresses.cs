using System.Net;
using Aigc.Artifacts;

namespace Aigc.Standalone.Serve;

/// <summary>Where <c>serve</c> listens, as a user writes it.</summary>
internal static class ListenAddresses
{
    /// <summary>The port unless the command line says otherwise.</summary>
    public const int DefaultPort = 7071;

    private const string Every = "0.0.0.0";

    /// <summary>Reads addresses parted by commas or semicolons, as in <c>http://127.0.0.1:7071</c>; '*' and '+' mean every one.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: one is no address that can be listened on.</exception>
    public static IReadOnlyList<Uri> Parse(string text) => [.. text.Split([',', ';'], StringSplitOptions.TrimEntries).Select(One)];

    /// <summary>Whether only this machine can reach an address.</summary>
    public static bool IsLoopback(Uri address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static Uri One(string text)
    {
        var whole = text.Replace("://*", $"://{Every}", StringComparison.Ordinal).Replace("://+", $"://{Every}", StringComparison.Ordinal);
        if (Uri.TryCreate(whole, UriKind.Absolute, out var address) && address is { PathAndQuery: "/", Fragment: "", UserInfo: "" })
        {
            if (address.Scheme == Uri.UriSchemeHttps)
                throw new FaultException(FaultKind.BadRequest, $"address '{text}' is https: let a proxy before it end TLS, and write http");
            if (address.Scheme == Uri.UriSchemeHttp && (IsLoopback(address) || IPAddress.TryParse(address.Host.Trim('[', ']'), out _)))
                return address;
        }

        throw new FaultException(FaultKind.BadRequest, $"address '{text}' is none to listen on: write it as http://127.0.0.1:{DefaultPort}");
    }
}
