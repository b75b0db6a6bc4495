using Aigc.Conformance;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;

namespace Aigc.Functions.Tests.Jobs;

/// <summary>Runs something on the app once for each entry of its histories, with the process lost right after that entry.</summary>
internal static class LostProcess
{
    /// <returns>What each run came to, the undisturbed one first.</returns>
    public static Task<IReadOnlyList<JobStatus>> AfterEachEventAsync(Func<AppHost, Task<JobStatus>> run) => AfterEachEventAsync(
        options => (0, new AppHost(new ConformanceStages(), options)), (_, host) => run(host));

    /// <param name="open">Makes an app, and what else a run of it needs.</param>
    /// <param name="run">Runs it.</param>
    /// <returns>What each run came to, the undisturbed one first.</returns>
    public static async Task<IReadOnlyList<JobStatus>> AfterEachEventAsync<T>(
        Func<InMemoryDurableOptions, (T More, AppHost Host)> open, Func<T, AppHost, Task<JobStatus>> run)
    {
        var (whole, events) = await RunAsync(open, run, at: -1);
        var runs = new List<JobStatus> { whole };
        for (var at = 0; at < events; at++)
            runs.Add((await RunAsync(open, run, at)).Status);
        return runs;
    }

    private static async Task<(JobStatus Status, int Events)> RunAsync<T>(
        Func<InMemoryDurableOptions, (T More, AppHost Host)> open, Func<T, AppHost, Task<JobStatus>> run, int at)
    {
        var (more, host) = open(new InMemoryDurableOptions
        {
            FireTimersAtOnce = true,
            LongestAtOnce = TimeSpan.FromHours(1),
            AfterEvent = point => point.Index == at ? DurableFault.Restart : DurableFault.None,
        });
        await using (host)
            return (await run(more, host), host.Durable.EventCount);
    }
}
