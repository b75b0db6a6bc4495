using Aigc.Benchmarks;

if (args is not ["chain"])
{
    await Console.Error.WriteLineAsync("error: name a benchmark: chain").ConfigureAwait(false);
    return 2;
}

await ChainBenchmark.RunAsync().ConfigureAwait(false);
return 0;
