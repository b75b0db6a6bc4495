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
    default:
        await Console.Error.WriteLineAsync("error: name a benchmark: chain, batching, host or memory").ConfigureAwait(false);
        return 2;
}
