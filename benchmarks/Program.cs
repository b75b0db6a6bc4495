using System.Globalization;
using Aigc.Benchmarks;
using Aigc.Benchmarks.Planning;
using Aigc.Benchmarks.Transport;

switch (args)
{
    case ["chain"]:
        return await TransportBenchmark.RunAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false) ? 0 : 1;
    case ["chain", "quick"]:
        return await TransportBenchmark.RunAsync(TimeSpan.FromSeconds(.1)).ConfigureAwait(false) ? 0 : 1;
    case ["chain-server", var address, var model, var store, .. { Length: 3 } ms]:
        double[] times = [.. ms.Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        await StageServer.RunAsync(address, model, store, new SpinTimes(times[0], times[1], times[2])).ConfigureAwait(false);
        return 0;
    case ["picture"]:
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
    case ["plan"]:
        var comparison = Comparison.Run(jobs: 2000, seed: 1);
        PlanReport.Write(comparison, Console.Out);
        return comparison.GoalHolds ? 0 : 1;
    case ["functions", var address]:
        await FunctionsBenchmark.RunAsync(new Uri(address)).ConfigureAwait(false);
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            "error: name a benchmark: chain, picture, batching, host, memory, http, plan, or functions and the address of the running app")
            .ConfigureAwait(false);
        return 2;
}
