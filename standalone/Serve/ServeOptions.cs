using Aigc.Api.Access;
using Aigc.Inference.Client.Hosts.Sources;

namespace Aigc.Standalone.Serve;

/// <summary>What <c>serve</c> is asked for.</summary>
/// <param name="Addresses">Where it listens: scheme, address and port, 0 for a free one.</param>
/// <param name="Hosts">The hosts that jobs run on; null where they run in this process.</param>
/// <param name="Model">A model folder or, on hosts, a model's name; null for the default one.</param>
/// <param name="DataFolder">Where finished artifacts and the job journal are kept.</param>
/// <param name="Access">Who may ask.</param>
internal sealed record ServeOptions(
    IReadOnlyList<Uri> Addresses, HostSource? Hosts, string? Model, string DataFolder, AccessOptions Access);
