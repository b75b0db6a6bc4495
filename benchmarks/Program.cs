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
        await HostBenchmark.OverheadAsync().ConfigureAwait(false);
        return 0;
    case ["memory"]:
        await HostBenchmark.MemoryAsync(requests: 2000).ConfigureAwait(false);
        return 0;
    case ["http"]:
        await HttpBenchmark.RunAsync().ConfigureAwait(false);
        return 0;
    case ["functions", var address]:
        await FunctionsBenchmark.RunAsync(new Uri(address)).ConfigureAwait(false);
        return 0;
    default:
        await Console.Error.WriteLineAsync("error: name a benchmark: chain, batching, host, memory, http, or functions and the address of the running app").ConfigureAwait(false);
        return 2;
}
