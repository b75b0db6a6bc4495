using Aigc.Conformance;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;

namespace Aigc.Functions.Tests.Jobs;

/// <summary>Runs something on the app once for each entry of its histories, with the process lost right after that entry.</summary>
internal static class LostProcess
{
    /// <returns>What each run came to, the undisturbed one first.</returns>
    public static async Task<IReadOnlyList<JobStatus>> AfterEachEventAsync(Func<AppHost, Task<JobStatus>> run)
    {
        var (whole, events) = await RunAsync(run, at: -1);
        var runs = new List<JobStatus> { whole };
        for (var at = 0; at < events; at++)
            runs.Add((await RunAsync(run, at)).Status);
        return runs;
    }

    private static async Task<(JobStatus Status, int Events)> RunAsync(Func<AppHost, Task<JobStatus>> run, int at)
    {
        await using var host = new AppHost(new ConformanceStages(), new InMemoryDurableOptions
        {
            FireTimersAtOnce = true,
            AfterEvent = point => point.Index == at ? DurableFault.Restart : DurableFault.None,
        });
        return (await run(host), host.Durable.EventCount);
    }
}
