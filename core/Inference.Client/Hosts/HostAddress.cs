using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts;

/// <summary>Reads addresses of hosts, as people write them.</summary>
public static class HostAddress
{
    // As ArtifactRef takes them.
    private const int LongestHolder = 255;

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

    /// <summary>How references to artifacts name a host: name and port, with no scheme; null where that is too long for one.</summary>
    internal static string? HolderOf(Uri address)
    {
        var name = address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost;
        var holder = $"{name}:{address.Port}";
        return holder.Length <= LongestHolder ? holder : null;
    }

    internal static Uri? Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { PathAndQuery: "/", Fragment: "", UserInfo: "", Host.Length: > 0 }
            ? address
            : null;

    internal static string Fault(string text) => text.Length == 0
        ? "a host is empty: write the hosts as http://name:port, parted by commas"
        : $"host '{text}' is not an address: write it as http://name:port";
}
