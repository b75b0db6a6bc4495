using Aigc.Pipeline.Hosts;

namespace Aigc.Api.Hosts;

/// <summary>What <c>GET /api/hosts</c> answers.</summary>
/// <param name="Hosts">The hosts, in the order in which they are configured.</param>
internal sealed record HostsAnswer(IReadOnlyList<HostReport> Hosts);
