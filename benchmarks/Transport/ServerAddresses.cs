namespace Aigc.Benchmarks.Transport;

/// <summary>Where the services of one server process listen: three of each kind, one for each stage.</summary>
/// <param name="Rest">JSON over HTTP/1.1.</param>
/// <param name="Payload">gRPC with bytes in the messages.</param>
/// <param name="Hosts">The product's own hosts, any of which does any stage.</param>
internal sealed record ServerAddresses(Uri[] Rest, Uri[] Payload, Uri[] Hosts);
