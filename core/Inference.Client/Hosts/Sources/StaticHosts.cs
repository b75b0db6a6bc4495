namespace Aigc.Inference.Client.Hosts.Sources;

/// <summary>Hosts that are named once.</summary>
/// <param name="Addresses">Their addresses.</param>
internal sealed record StaticHosts(IReadOnlyList<Uri> Addresses) : HostSource
{
    internal override bool Changes => false;

    public override string ToString() => string.Join(",", Addresses.Select(HostAddress.NameOf));

    internal override ValueTask<IReadOnlyList<Uri>> ListAsync(CancellationToken cancellationToken) => new(Addresses);
}
