using System.Diagnostics;
using System.Globalization;
using Aigc.Artifacts;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Standalone.Cli;
using Aigc.Standalone.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Benchmarks;

/// <summary>What the chain itself costs, beside the model's compute, on the shipped model in this process.</summary>
internal sealed class ChainBenchmark : IAsyncDisposable
{
    private const int Warmup = 5;
    private const int Rounds = 40;
    private const int Steps = 20;

    private static readonly string[] _words =
    [
        "three green stars", "two red hearts", "a blue cross", "a white square", "four yellow circles", "an orange triangle", "a black heart",
        "a purple star",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("aigc-benchmark-").FullName;
    private readonly LocalModel _model = LocalModel.Open(StandardFolders.Model);
    private readonly LocalStages _stages;
    private readonly EmbeddedEngine _engine;
    private long _seed;

    private ChainBenchmark()
    {
        var store = new CachedArtifactStore(new FileArtifactStore(Path.Combine(_folder, "artifacts")), 256L << 20);
        _stages = new LocalStages(_model, store, TimeProvider.System);
        _engine = new EmbeddedEngine(
            _stages, new EmbeddedEngineOptions { Folder = Path.Combine(_folder, "jobs") }, TimeProvider.System, NullLogger<EmbeddedEngine>.Instance);
    }

    public static async Task RunAsync()
    {
        var benchmark = new ChainBenchmark();
        await using (benchmark.ConfigureAwait(false))
        {
            await benchmark.OnePictureAsync(ChainPlan.Fused).ConfigureAwait(false);
            await benchmark.OnePictureAsync(ChainPlan.Staged).ConfigureAwait(false);
            await benchmark.CachedAsync().ConfigureAwait(false);
            await benchmark.ManyPicturesAsync(64).ConfigureAwait(false);
        }

        await ColdStartAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync().ConfigureAwait(false);
        await _stages.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OnePictureAsync(ChainPlan plan)
    {
        var ended = new List<JobStatus>();
        var firstSteps = new List<double>();
        for (var i = 0; i < Warmup + Rounds; i++)
        {
            // Each starts the moment the one before has ended.
            var (status, firstStepMs) = await RunJobAsync(Request(_seed++), plan).ConfigureAwait(false);
            if (i < Warmup)
                continue;
            ended.Add(status);
            firstSteps.Add(firstStepMs);
        }

        var ledgers = ended.Select(s => s.Ledger!).ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"one picture, plan {plan}, median of {Rounds} in ms:"));
        (string Name, IEnumerable<double> Values)[] rows =
        [
            ("queue", ledgers.Select(l => l.QueueMs)), ("understand", ledgers.Select(l => l.UnderstandMs)), ("generate", ledgers.Select(l => l.GenerateMs)),
            ("enhance", ledgers.Select(l => l.EnhanceMs)), ("encode", ledgers.Select(l => l.EncodeMs)), ("store", ledgers.Select(l => l.StoreMs)),
            ("chain overhead", ledgers.Select(l => l.OverheadMs)), ("total", ledgers.Select(l => l.TotalMs)),
            ("start to first step done", firstSteps), ("one step, with its share of decoding", ledgers.Select(l => l.GenerateMs / Steps)),
        ];
        foreach (var (name, values) in rows)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-38}{Figures.Median(values),8:F2}"));
        var share = Figures.Median(ledgers.Select(l => l.OverheadMs / l.ComputeMs));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  chain overhead / compute              {share,8:P2}"));
    }

    private async Task CachedAsync()
    {
        await RunJobAsync(Request(0), ChainPlan.Fused).ConfigureAwait(false);
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
            times.Add((await RunJobAsync(Request(0), ChainPlan.Fused).ConfigureAwait(false)).Status.Ledger!.TotalMs);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a picture that is there already: median {Figures.Median(times):F2} ms, worst {times.Max():F2} ms"));
    }

    private async Task ManyPicturesAsync(int count)
    {
        var (status, _) = await RunJobAsync(Request(1_000_000) with { Count = count }, ChainPlan.Fused).ConfigureAwait(false);
        var l = status.Ledger!;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} pictures of one prompt: {l.TotalMs / 1000:F2} s (generate {l.GenerateMs / 1000:F2}, enhance {l.EnhanceMs / 1000:F2}, "
            + $"encode {l.EncodeMs / 1000:F2}, store {l.StoreMs / 1000:F2}, overhead {l.OverheadMs / count:F2} ms a picture)"));
    }

    /// <summary>The command as a user runs it, process and all, in an empty data folder.</summary>
    private static async Task ColdStartAsync()
    {
        var times = new List<(double Total, double Load, double Job)>();
        for (var i = 0; i < 5; i++)
        {
            var folder = Directory.CreateTempSubdirectory("aigc-cold-").FullName;
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(
                "dotnet", [typeof(LocalStages).Assembly.Location, "a red circle", "--seed", "1", "--steps", "1", "--json", "--data", folder, "--out", folder])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            var elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            using var report = System.Text.Json.JsonDocument.Parse(output);
            var ledger = report.RootElement.GetProperty("ledger");
            times.Add((elapsed, ledger.GetProperty("loadMs").GetDouble(), ledger.GetProperty("totalMs").GetDouble()));
            Directory.Delete(folder, recursive: true);
        }

        var (total, job, load) = (Figures.Median(times.Select(t => t.Total)), Figures.Median(times.Select(t => t.Job)), Figures.Median(times.Select(t => t.Load)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"cold start, the whole command with one step: {total:F0} ms, of which the job {job:F0} ms, in it waiting for the model {load:F0} ms"));
    }

    // A prompt of its own for each, so that none is embedded already.
    private static GenerationRequest Request(long seed) =>
        new() { Prompt = $"{_words[seed % _words.Length]} on a gray background, {seed}", Seed = seed, Steps = Steps };

    private async Task<(JobStatus Status, double FirstStepMs)> RunJobAsync(GenerationRequest request, ChainPlan plan)
    {
        var start = Stopwatch.GetTimestamp();
        var job = await _engine.StartAsync(new GenerationJob([request], plan)).ConfigureAwait(false);
        double? first = null;
        JobStatus last = job;
        await foreach (var status in _engine.WatchAsync(job.Id).ConfigureAwait(false))
        {
            if (status.Progress.StepsDone > 0)
                first ??= Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            last = status;
        }

        return last.State == JobState.Completed ? (last, first ?? 0) : throw new InvalidOperationException(last.Fault?.Message);
    }
}
