using System.Diagnostics;
using System.Globalization;
using Aigc.Inference.Batching;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx;
using Aigc.Inference.Stages;
using Aigc.Standalone.Cli;

namespace Aigc.Benchmarks;

/// <summary>What sharing steps brings: the shipped model denoises pictures in shared steps, and one after the other.</summary>
internal sealed class BatchingBenchmark : IAsyncDisposable
{
    private const int Rounds = 5;
    private const int Pictures = 32;
    private const int Steps = 20;

    private readonly DiffusionEngine _engine;
    private readonly ModelLease _lease;
    private readonly EmbeddingPair _texts;
    private long _seed;

    private BatchingBenchmark(DiffusionEngine engine, ModelLease lease, EmbeddingPair texts) => (_engine, _lease, _texts) = (engine, lease, texts);

    private readonly record struct EmbeddingPair(ReadOnlyMemory<float> Prompt, ReadOnlyMemory<float> Negative);

    public static async Task RunAsync()
    {
        var batched = await CreateAsync(new BatchingOptions()).ConfigureAwait(false);
        await using var batchedScope = batched.ConfigureAwait(false);
        // Two rows are one guided picture.
        var single = await CreateAsync(new BatchingOptions { MaxRows = 2 }).ConfigureAwait(false);
        await using var singleScope = single.ConfigureAwait(false);

        await ThroughputAsync(batched, single).ConfigureAwait(false);
        await WaitsAsync(batched, single).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _lease.Dispose();
        await _engine.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<BatchingBenchmark> CreateAsync(BatchingOptions options)
    {
        var engine = new DiffusionEngine(
            ModelCatalog.Open(StandardFolders.Model),
            static folder => OnnxDiffusionModel.Load(folder, new OnnxRuntimeOptions()),
            new EngineOptions { Batching = options },
            TimeProvider.System);
        var lease = await engine.Models.AcquireAsync("", CancellationToken.None).ConfigureAwait(false);
        var texts = await engine.UnderstandAsync(lease.Model, ["two red hearts", ""], SilentObserver.Instance, CancellationToken.None).ConfigureAwait(false);
        var benchmark = new BatchingBenchmark(engine, lease, new EmbeddingPair(texts[0].Embedding, texts[1].Embedding));
        await benchmark.ClosedLoopAsync(16, 32).ConfigureAwait(false);
        return benchmark;
    }

    private static async Task ThroughputAsync(BatchingBenchmark batched, BatchingBenchmark single)
    {
        Console.WriteLine($"guided pictures of {Steps} steps denoised a second, median of {Rounds} rounds of {Pictures}, both kinds in turn:");
        Console.WriteLine("  in flight   shared steps   one at a time   ratio (of each round: median)");
        foreach (var inFlight in new[] { 1, 4, 8, 16 })
        {
            var rounds = new List<(double Batched, double Single)>();
            for (var round = 0; round < Rounds; round++)
            {
                var seconds = await batched.ClosedLoopAsync(inFlight, Pictures).ConfigureAwait(false);
                rounds.Add((Pictures / seconds, Pictures / await single.ClosedLoopAsync(inFlight, Pictures).ConfigureAwait(false)));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {inFlight,9}   {Figures.Median(rounds.Select(r => r.Batched)),12:F1}   {Figures.Median(rounds.Select(r => r.Single)),13:F1}   {Figures.Median(rounds.Select(r => r.Batched / r.Single)),5:F2}"));
        }
    }

    /// <summary>Short requests that arrive behind long ones, against first come first served.</summary>
    private static async Task WaitsAsync(BatchingBenchmark batched, BatchingBenchmark single)
    {
        var (shared, served) = (new List<double>(), new List<double>());
        var (sharedTotal, servedTotal) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            await batched.BehindLongOnesAsync(static (_, denoise) => denoise(), shared, sharedTotal).ConfigureAwait(false);
            using var turn = new SemaphoreSlim(1, 1);
            await single.BehindLongOnesAsync(
                async (_, denoise) =>
                {
                    await turn.WaitAsync().ConfigureAwait(false);
                    try
                    {
                        await denoise().ConfigureAwait(false);
                    }
                    finally
                    {
                        turn.Release();
                    }
                },
                served,
                servedTotal).ConfigureAwait(false);
        }

        Console.WriteLine($"16 requests of 4 steps, a tenth of a second apart, behind 8 of 100 steps; {Rounds} rounds, in ms:");
        Console.WriteLine("                                  shared steps   first come first served   ratio");
        Row("wait for the first step, mean", shared.Average(), served.Average());
        Row("wait for the first step, p95", Figures.Quantile(shared, .95), Figures.Quantile(served, .95));
        Row("time to be done, mean", sharedTotal.Average(), servedTotal.Average());
        Row("time to be done, p95", Figures.Quantile(sharedTotal, .95), Figures.Quantile(servedTotal, .95));

        static void Row(string name, double one, double other) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-32}{one,12:F1}   {other,23:F1}   {other / one,5:F1}"));
    }

    private async Task BehindLongOnesAsync(Func<int, Func<Task>, Task> serve, List<double> waits, List<double> totals)
    {
        var all = new List<Task>();
        for (var i = 0; i < 8; i++)
            all.Add(serve(i, () => DenoiseAsync(steps: 100)));
        for (var i = 0; i < 16; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100)).ConfigureAwait(false);
            all.Add(ShortAsync(i));
        }

        await Task.WhenAll(all).ConfigureAwait(false);

        async Task ShortAsync(int i)
        {
            var arrived = Stopwatch.GetTimestamp();
            DenoiseResult? result = null;
            await serve(i, async () => result = await DenoiseAsync(steps: 4).ConfigureAwait(false)).ConfigureAwait(false);
            lock (waits)
            {
                waits.Add(Stopwatch.GetElapsedTime(arrived, result!.Moved[0].Start).TotalMilliseconds);
                totals.Add(Stopwatch.GetElapsedTime(arrived, result.Moved[^1].End).TotalMilliseconds);
            }
        }
    }

    /// <summary>So many callers, each of whom asks for the next picture when the last is done.</summary>
    /// <returns>Seconds.</returns>
    private async Task<double> ClosedLoopAsync(int callers, int pictures)
    {
        var start = Stopwatch.GetTimestamp();
        var left = pictures;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await DenoiseAsync(Steps).ConfigureAwait(false);
        })).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private Task<DenoiseResult> DenoiseAsync(int steps)
    {
        var size = _lease.Model.Networks.Description.SampleSize;
        var settings = new PictureSettings(
            _texts.Prompt, _texts.Negative, size, size, steps, Guidance: 2, Interlocked.Increment(ref _seed), "ddim");
        return _engine.Batcher.DenoiseAsync(
            _lease.Model, _lease.Model.CreateJob(settings), long.MaxValue, SilentObserver.Instance, CancellationToken.None);
    }
}
