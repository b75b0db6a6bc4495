using System.Diagnostics;
using System.Globalization;
using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost;
using Aigc.GpuHost.Requests;
using Aigc.Inference.Chain;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.Benchmarks;

/// <summary>What a host costs: pictures through Run on loopback, against the same engine called in this process; and memory over many.</summary>
internal sealed class HostBenchmark : IAsyncDisposable
{
    private const int Rounds = 60;
    private const int HeldMiB = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("aigc-benchmark-").FullName;
    private readonly WebApplication _app;
    private GrpcChannel? _channel;
    private long _seed;

    private HostBenchmark(string[] settings) => _app = HostBuilder.Build(
    [
        "--Listen:GrpcPort", "0", "--Store:Folder", Path.Combine(_folder, "artifacts"), "--Admission:MaxQueuedSeconds", "3600",
        "--Logging:LogLevel:Default", "Warning", .. settings,
    ]);

    private Contracts.Inference.V1.Inference.InferenceClient Client => new(_channel);

    /// <summary>A picture by either way, in turn.</summary>
    public static async Task OverheadAsync()
    {
        var benchmark = await StartAsync().ConfigureAwait(false);
        await using (benchmark.ConfigureAwait(false))
            await benchmark.BothWaysAsync().ConfigureAwait(false);
    }

    /// <summary>Requests of mixed shapes, steps and batch patterns.</summary>
    public static async Task MemoryAsync(int requests)
    {
        // So few that they are held before the first tenth is done: the cache of artifacts is meant to grow, up to its limit.
        var benchmark = await StartAsync("--Store:MemoryBytes", $"{HeldMiB << 20}").ConfigureAwait(false);
        await using (benchmark.ConfigureAwait(false))
            await benchmark.GrowthAsync(requests).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<HostBenchmark> StartAsync(params string[] settings)
    {
        var benchmark = new HostBenchmark(settings);
        await benchmark._app.StartAsync().ConfigureAwait(false);
        var address = benchmark._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        benchmark._channel = GrpcChannel.ForAddress(address);
        for (var i = 0; i < 10; i++)
        {
            await benchmark.OverGrpcAsync([benchmark.Picture(20)]).ConfigureAwait(false);
            await benchmark.InProcessAsync([benchmark.Picture(20)]).ConfigureAwait(false);
        }

        return benchmark;
    }

    private async Task BothWaysAsync()
    {
        var pairs = new List<(double Grpc, double InProcess)>();
        for (var i = 0; i < Rounds; i++)
        {
            var grpc = await TimedAsync(() => OverGrpcAsync([Picture(20)])).ConfigureAwait(false);
            pairs.Add((grpc, await TimedAsync(() => InProcessAsync([Picture(20)])).ConfigureAwait(false)));
        }

        // Found pictures leave nothing but the way itself.
        var found = Picture(20);
        await InProcessAsync([found]).ConfigureAwait(false);
        var hits = new List<(double Grpc, double InProcess)>();
        for (var i = 0; i < Rounds; i++)
        {
            var grpc = await TimedAsync(() => OverGrpcAsync([found])).ConfigureAwait(false);
            hits.Add((grpc, await TimedAsync(() => InProcessAsync([found])).ConfigureAwait(false)));
        }

        Console.WriteLine($"a guided picture of 20 steps, enhanced, median of {Rounds}, both ways in turn, in ms:");
        Say("made", pairs);
        Say("found", hits);

        static void Say(string name, List<(double Grpc, double InProcess)> pairs) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-6} Run on loopback {Figures.Median(pairs.Select(p => p.Grpc)),7:F2}   in process {Figures.Median(pairs.Select(p => p.InProcess)),7:F2}   difference of each pair, median {Figures.Median(pairs.Select(p => p.Grpc - p.InProcess)),6:F2}"));
    }

    private async Task GrowthAsync(int requests)
    {
        int[] pattern = [16, 7, 7, 1, 3, 16, 5, 2];
        int[] sizes = [128, 64, 192, 128, 256, 96];
        long early = 0;
        var done = 0;
        for (var wave = 0; done < requests; wave++)
        {
            var count = Math.Min(pattern[wave % pattern.Length], requests - done);
            await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            {
                var picture = Picture(steps: 1 + (wave + i) % 4);
                picture.Width = sizes[(wave + i) % sizes.Length];
                picture.Height = sizes[(wave + 2 * i) % sizes.Length];
                picture.Enhance = i % 3 == 0;
                return OverGrpcAsync([picture]);
            })).ConfigureAwait(false);
            done += count;
            if (early == 0 && done >= requests / 10)
                early = Resident();
        }

        var late = Resident();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{requests} requests of mixed shapes, steps and batches, {HeldMiB} MiB of artifacts held: {early / 1e6:F0} MB resident after the first {requests / 10}, {late / 1e6:F0} MB at the end ({(double)late / early - 1:+0.0%;-0.0%})"));
    }

    private static async Task<double> TimedAsync(Func<Task> run)
    {
        var start = Stopwatch.GetTimestamp();
        await run().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private PictureRequest Picture(int steps) =>
        new() { Prompt = "two red hearts on a white background", Seed = Interlocked.Increment(ref _seed), Steps = steps };

    private async Task OverGrpcAsync(IEnumerable<PictureRequest> pictures)
    {
        var request = new RunRequest();
        request.Pictures.AddRange(pictures);
        using var call = Client.Run(request);
        await foreach (var response in call.ResponseStream.ReadAllAsync().ConfigureAwait(false))
            _ = response;
    }

    private async Task InProcessAsync(IEnumerable<PictureRequest> pictures)
    {
        var request = new RunRequest();
        request.Pictures.AddRange(pictures);
        var call = await _app.Services.GetRequiredService<RequestReader>().ReadAsync(request, DateTime.MaxValue).ConfigureAwait(false);
        await _app.Services.GetRequiredService<PictureChain>().RunAsync(call, SilentObserver.Instance, CancellationToken.None).ConfigureAwait(false);
    }
}
