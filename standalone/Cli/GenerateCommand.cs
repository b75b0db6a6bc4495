using System.Diagnostics;
using Aigc.Artifacts;
using Aigc.Inference.Chain.Faults;
using Aigc.Inference.Client;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Inference.Faults;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.Standalone.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Standalone.Cli;

/// <summary>Runs one job from start to finish, and first whatever a killed process left unfinished.</summary>
internal sealed class GenerateCommand(TimeProvider time)
{
    private const long MemoryCacheBytes = 256L << 20;

    public async Task<int> RunAsync(GenerateOptions options, CancellationToken cancellationToken)
    {
        var store = new CachedArtifactStore(new FileArtifactStore(Path.Combine(options.DataFolder, "artifacts")), MemoryCacheBytes);
        if (options.Hosts is { } hosts)
            return await RunOnHostsAsync(options, hosts, store, cancellationToken).ConfigureAwait(false);
        var stages = new LocalStages(Open(options.Model ?? StandardFolders.Model), store, time);
        await using (stages.ConfigureAwait(false))
            return await RunAsync(options, stages, store, cancellationToken).ConfigureAwait(false);
    }

    // A method of its own, so that a job in this process loads nothing of gRPC.
    private async Task<int> RunOnHostsAsync(
        GenerateOptions options, HostSource hosts, IArtifactStore store, CancellationToken cancellationToken)
    {
        using var stages = new RemoteStages(store, RemoteHosts.Options(hosts, options.Model), time);
        return await RunAsync(options, stages, store, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> RunAsync(GenerateOptions options, IStageExecutor stages, IArtifactStore store, CancellationToken cancellationToken)
    {
        var engine = new EmbeddedEngine(
            stages, new EmbeddedEngineOptions { Folder = Path.Combine(options.DataFolder, "jobs") }, time, NullLogger<EmbeddedEngine>.Instance);
        await using (engine.ConfigureAwait(false))
        {
            var report = new ConsoleReport(options.Json);
            var exporter = new PictureExporter(store);
            var resumed = await engine.ResumeAsync(cancellationToken).ConfigureAwait(false);
            report.Resuming(resumed);
            var job = await WithImageAsync(options, store, cancellationToken).ConfigureAwait(false);
            var started = await engine.StartAsync(job, cancellationToken).ConfigureAwait(false);
            var (status, sinceStart) = await report.FollowAsync(engine, started.Id, SinceProcessStart, cancellationToken).ConfigureAwait(false);
            foreach (var left in resumed)
                await FinishAsync(engine, exporter, report, left.Id, cancellationToken).ConfigureAwait(false);

            var pictures = await exporter.ExportAsync(status, options.OutFolder, CancellationToken.None).ConfigureAwait(false);
            if (options.Json)
                JsonReport.Write(status, pictures);
            report.Ended(status, pictures, sinceStart);
            return status.State switch
            {
                JobState.Completed => ExitCode.Done,
                JobState.Failed => ExitCode.Of(status.Fault!.Kind),
                _ => ExitCode.Failed,
            };
        }
    }

    private static async Task<GenerationJob> WithImageAsync(GenerateOptions options, IArtifactStore store, CancellationToken cancellationToken)
    {
        if (options.Image is not { } image)
            return options.Job;
        var stored = await InputPicture.StoreAsync(store, image.Bytes, image.Name, cancellationToken).ConfigureAwait(false);
        return options.Job with { Requests = [.. options.Job.Requests.Select(request => request with { Image = stored })] };
    }

    private static LocalModel Open(string folder)
    {
        try
        {
            return LocalModel.Open(folder);
        }
        catch (InferenceException e)
        {
            throw e.ToFault();
        }
    }

    private static async Task FinishAsync(
        EmbeddedEngine engine, PictureExporter exporter, ConsoleReport report, string id, CancellationToken cancellationToken)
    {
        JobStatus? last = null;
        await foreach (var status in engine.WatchAsync(id, cancellationToken).ConfigureAwait(false))
            last = status;
        if (last!.Job.Labels?.GetValueOrDefault(PictureExporter.FolderLabel) is { } folder)
            report.Resumed(last, await exporter.ExportAsync(last, folder, CancellationToken.None).ConfigureAwait(false), folder);
    }

    private TimeSpan SinceProcessStart()
    {
        using var process = Process.GetCurrentProcess();
        return time.GetUtcNow() - process.StartTime.ToUniversalTime();
    }
}
