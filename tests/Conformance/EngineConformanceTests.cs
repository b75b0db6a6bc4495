using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;

namespace Aigc.Conformance;

/// <summary>
/// What every engine does, written once. A class for each engine inherits it, and says with <see cref="LacksAttribute"/> what its engine
/// cannot show. Facts that do not need <see cref="Needs.Stages"/> hold on a live host with a real model too.
/// </summary>
public abstract partial class EngineConformanceTests
{
    // Long past any real job, on a live host too: an engine that hangs fails here.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    private static readonly GenerationRequest _request = new() { Prompt = "a red circle on a white background", Seed = 7 };

    /// <summary>How many pictures the largest job has; a multiple of the most of a request.</summary>
    protected virtual int LargestJob => RequestValidator.MaxPictures;

    /// <summary>An engine over a new store.</summary>
    /// <param name="stages">What it calls; a live host has stages of its own.</param>
    protected abstract IEngineUnderTest Create(ConformanceStages stages);

    /// <summary>
    /// Runs a job undisturbed and then once for each event of that run - a write to a journal, an entry in a history - with the engine's
    /// process lost right after the event and another going on in its place.
    /// </summary>
    /// <returns>What each run came to, the undisturbed one first.</returns>
    protected abstract Task<IReadOnlyList<JobStatus>> LoseProcessAfterEachEventAsync(GenerationJob job);

    /// <summary>The job's last status.</summary>
    protected static async Task<JobStatus> EndAsync(IPipelineEngine engine, string id) =>
        await ReachAsync(engine, id, status => status.Ended);

    /// <summary>The first status seen that is as wanted.</summary>
    protected static async Task<JobStatus> ReachAsync(IPipelineEngine engine, string id, Func<JobStatus, bool> wanted)
    {
        using var limit = new CancellationTokenSource(_limit);
        await foreach (var status in engine.WatchAsync(id, limit.Token))
        {
            if (wanted(status))
                return status;
        }

        throw new InvalidOperationException("the job has ended and was never as wanted");
    }

    private static GenerationJob Job(int count, ChainPlan? plan = null) => new([_request with { Count = count }], plan);

    private static string NewKey() => Guid.NewGuid().ToString("n");

    private static async Task<JobStatus> RunAsync(IPipelineEngine engine, GenerationJob job) =>
        await EndAsync(engine, (await engine.StartAsync(job)).Id);

    private static void AssertPictures(int count, JobStatus status)
    {
        Assert.Equal((JobState.Completed, null), (status.State, status.Fault));
        Assert.Equal(Enumerable.Range(0, count), status.Pictures.Select(p => p.Index));
        Assert.Equal(Enumerable.Range(0, count).Select(i => status.Job.Requests[0].Seed!.Value + i), status.Pictures.Select(p => p.Seed));
        Assert.Equal((count, count), (status.Progress.Pictures, status.Progress.PicturesDone));
        Assert.Empty(status.Bases);
        Assert.Empty(status.Failures);
    }

    private static void AssertAddsUp(TimeLedger? ledger)
    {
        Assert.NotNull(ledger);
        double[] parts =
        [
            ledger.QueueMs, ledger.LoadMs, ledger.UnderstandMs, ledger.PrepareMs, ledger.GenerateMs, ledger.EnhanceMs, ledger.EncodeMs,
            ledger.StoreMs, ledger.OverheadMs,
        ];
        Assert.All(parts, part => Assert.InRange(part, 0, ledger.TotalMs));
        Assert.Equal(ledger.TotalMs, parts.Sum(), 1e-6);
    }
}
