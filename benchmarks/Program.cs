using Aigc.Benchmarks;

switch (args)
{
    case ["chain"]:
        await ChainBenchmark.RunAsync().ConfigureAwait(false);
        return 0;
    case ["batching"]:
        await BatchingBenchmark.RunAsync().ConfigureAwait(false);
        return 0;
    case ["host"]:
        var host = await HostBenchmark.StartAsync().ConfigureAwait(false);
        await using (host.ConfigureAwait(false))
            await host.OverheadAsync().ConfigureAwait(false);
        return 0;
    case ["memory"]:
        var memory = await HostBenchmark.StartAsync().ConfigureAwait(false);
        await using (memory.ConfigureAwait(false))
            await memory.MemoryAsync(requests: 2000).ConfigureAwait(false);
        return 0;
    default:
        await Console.Error.WriteLineAsync("error: name a benchmark: chain, batching, host or memory").ConfigureAwait(false);
        return 2;
}
