using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts;

/// <summary>Reads addresses of hosts, as people write them.</summary>
public static class HostAddress
{
    /// <summary>Reads a list of addresses parted by commas; one that is named twice counts once.</summary>
    /// <param name="text">As in <c>http://127.0.0.1:5001,https://gpu.example.org</c>: http is HTTP/2 in clear text.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: a part is no address; every such part is named.</exception>
    public static IReadOnlyList<Uri> ParseList(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        string[] faults = [.. parts.Where(part => Parse(part) is null).Select(Fault)];
        if (faults.Length > 0)
            throw new FaultException(FaultKind.BadRequest, string.Join("; ", faults));
        return [.. parts.Select(part => Parse(part)!).Distinct()];
    }

    /// <summary>How an address is shown: scheme, name and port.</summary>
    internal static string NameOf(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { PathAndQuery: "/", Fragment: "", UserInfo: "", Host.Length: > 0 }
            ? address
            : null;

    private static string Fault(string text) => text.Length == 0
        ? "a host is empty: write the hosts as http://name:port, parted by commas"
        : $"host '{text}' is not an address: write it as http://name:port";
}
