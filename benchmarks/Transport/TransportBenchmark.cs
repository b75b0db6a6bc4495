using Aigc.Artifacts;
using Aigc.Inference.Client;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Models;
using Aigc.Pipeline.Plans;
using Aigc.Standalone.Local;

namespace Aigc.Benchmarks.Transport;

/// <summary>
/// The same chain carried out in eight ways, from JSON services with a connection a call to one process, beside each other in one run.
/// Compute is left out, or stood in for by a calibrated spin.
/// </summary>
internal static class TransportBenchmark
{
    private static readonly int[] _sizes = [128, 512, 1024, 2048];
    private static readonly int[] _callers = [1, 8, 32];

    // A disk that is still busy with what was deleted before is no part of the chain.
    private static string? Memory => Directory.Exists("/dev/shm") ? "/dev/shm" : null;

    /// <param name="length">How long each way is measured for each size and number of callers, at least.</param>
    /// <returns>Whether the goals hold.</returns>
    public static async Task<bool> RunAsync(TimeSpan length)
    {
        var held = await RunAsync(new LoopbackNetwork(), length).ConfigureAwait(false);
        using var network = NamespaceNetwork.Create(out var why);
        if (why is not null)
            Console.WriteLine($"{(network is null ? "skip: no network of 1 ms and 1 Gbit/s" : "lacking")}: {why}");
        return network is null ? held : await RunAsync(network, length).ConfigureAwait(false) && held;
    }

    private static async Task<bool> RunAsync(IBenchmarkNetwork network, TimeSpan length)
    {
        var held = true;
        foreach (var times in new[] { SpinTimes.None, SpinTimes.Some })
        {
            var folder = Directory.CreateDirectory(Path.Combine(Memory ?? Path.GetTempPath(), $"aigc-benchmark-{Guid.NewGuid():n}")).FullName;
            var (model, store) = (Path.Combine(folder, "model"), Path.Combine(folder, "store"));
            try
            {
                SpinFolder.Write(model);
                using var server = await ServerProcess.StartAsync(network, model, store, times).ConfigureAwait(false);
                var transports = Open(server.Addresses, model, store, times);
                try
                {
                    var group = new TransportGroup(network, server, transports, store);
                    await group.WarmAsync(_sizes[0]).ConfigureAwait(false);
                    foreach (var callers in _callers)
                    {
                        var figures = await group.RunAsync(callers, _sizes, length).ConfigureAwait(false);
                        TransportReport.Write(network.Name, times, callers, figures, Console.Out);
                        // Where neither compute nor other callers stand in line for the processors.
                        if (callers == 1 && times == SpinTimes.None)
                            held = TransportGoals.Write(figures, Console.Out);
                    }
                }
                finally
                {
                    foreach (var transport in transports)
                        await transport.DisposeAsync().ConfigureAwait(false);
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return held;
    }

    private static ITransport[] Open(ServerAddresses server, string model, string folder, SpinTimes times)
    {
        var store = new FileArtifactStore(folder);
        var local = LocalModel.Open(ModelFolder.Open(model), opened => new SpinModel(opened, times));
        return
        [
            new RestTransport("rest-json", server.Rest, pooled: false),
            new RestTransport("rest-json-pooled", server.Rest, pooled: true),
            new PayloadTransport("grpc-payload", server.Payload, pooled: false),
            new PayloadTransport("grpc-payload-pooled", server.Payload, pooled: true),
            // Turn by turn over three hosts, so that no stage finds in memory what the one before it made.
            new StagesTransport("grpc-ref", Remote(Balancing.RoundRobin), ChainPlan.Staged, store),
            new StagesTransport("grpc-ref-local", Remote(Balancing.Locality), ChainPlan.Staged, store),
            new StagesTransport("fused", Remote(Balancing.LeastLoaded), ChainPlan.Fused, store),
            new StagesTransport(
                TransportGoals.Limit,
                new LocalStages(local, new CachedArtifactStore(new FileArtifactStore(folder), 256L << 20), TimeProvider.System),
                ChainPlan.Fused,
                store),
        ];

        RemoteStages Remote(Balancing balancing) =>
            new(store, new RemoteStagesOptions { Hosts = server.Hosts, Balancing = balancing }, TimeProvider.System);
    }
}
