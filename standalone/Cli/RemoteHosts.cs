using Aigc.Inference.Client;
using Aigc.Inference.Client.Hosts.Sources;

namespace Aigc.Standalone.Cli;

/// <summary>How this program uses hosts.</summary>
internal static class RemoteHosts
{
    public static RemoteStagesOptions Options(HostSource hosts, string? model) =>
        new() { Source = hosts, Model = model, Report = message => Console.Error.WriteLine($"hosts: {message}") };
}
