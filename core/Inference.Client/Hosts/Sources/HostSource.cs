using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts.Sources;

/// <summary>Where a caller learns which hosts there are: named once, or asked for again and again, so that hosts come and go.</summary>
public abstract record HostSource
{
    private protected HostSource()
    {
    }

    /// <summary>Whether the hosts may change.</summary>
    internal abstract bool Changes { get; }

    /// <summary>Reads where the hosts are, as people write it.</summary>
    /// <param name="text">
    /// Addresses parted by commas, as <see cref="HostAddress.ParseList"/> reads them; <c>dns:///name:port</c>, every address of that name,
    /// in clear text; or <c>file:PATH</c>, an address a line.
    /// </param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is none of these; every fault is named.</exception>
    public static HostSource Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        if (text.StartsWith(DnsHosts.Scheme, StringComparison.OrdinalIgnoreCase))
            return DnsHosts.ParseName(text);
        if (text.StartsWith(FileHosts.Scheme, StringComparison.OrdinalIgnoreCase))
            return FileHosts.ParsePath(text);
        return new StaticHosts(HostAddress.ParseList(text));
    }

    /// <summary>The hosts now, each once.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FaultException">They cannot be learned now; the message says why.</exception>
    internal abstract ValueTask<IReadOnlyList<Uri>> ListAsync(CancellationToken cancellationToken);
}
