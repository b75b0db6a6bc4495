using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Inference.Chain.Faults;
using Aigc.Inference.Client;
using Aigc.Inference.Faults;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Aigc.Standalone.Cli;
using Aigc.Standalone.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aigc.Standalone.Serve;

/// <summary>Serves until it is asked to end, and takes up first whatever a process that is gone left unfinished.</summary>
internal sealed class ServeCommand(TimeProvider time)
{
    private const long MemoryCacheBytes = 256L << 20;

    // How often hosts that do not answer are asked again what they can do.
    private static readonly TimeSpan _askAgain = TimeSpan.FromSeconds(1);

    public async Task<int> RunAsync(ServeOptions options)
    {
        var store = new CachedArtifactStore(new FileArtifactStore(Path.Combine(options.DataFolder, "artifacts")), MemoryCacheBytes);
        if (options.Hosts is { } hosts)
        {
            var remote = new RemoteStages(store, RemoteHosts.Options(hosts, options.Model), time);
            await using var end = remote.ConfigureAwait(false);
            return await RunAsync(options, remote, store, Task.CompletedTask).ConfigureAwait(false);
        }

        var model = Mapped(() => LocalModel.Open(options.Model ?? StandardFolders.Model));
        var local = new LocalStages(model, store, time);
        await using (local.ConfigureAwait(false))
            return await RunAsync(options, local, store, model.Loaded).ConfigureAwait(false);
    }

    private async Task<int> RunAsync<TStages>(ServeOptions options, TStages stages, IArtifactStore store, Task loaded)
        where TStages : IStageExecutor, IHostMonitor
    {
        var readiness = new ModelReadiness();
        var gate = new AccessGate(options.Access);
        await using var _ = gate.ConfigureAwait(false);
        var engine = new EmbeddedEngineOptions { Folder = Path.Combine(options.DataFolder, "jobs") };
        var planner = new AdaptivePlanner(new StageCosts(), new LatestLook(stages, time).Look);
        var web = ServeServer.Build(
            options, logger => new EmbeddedEngine(stages, engine, time, logger, planner), stages, stages, store, readiness, gate, time);
        await using (web.ConfigureAwait(false))
        {
            var addresses = await ServeServer.StartAsync(web).ConfigureAwait(false);
            await Console.Out.WriteLineAsync($"Listening on {string.Join(", ", addresses)}").ConfigureAwait(false);
            var preparing = PrepareAsync(web, stages, store, loaded, readiness);
            await web.WaitForShutdownAsync().ConfigureAwait(false);
            return await preparing.ConfigureAwait(false);
        }
    }

    /// <summary>Takes up unfinished jobs, and says when the model is ready.</summary>
    /// <returns>The exit code once the server has ended.</returns>
    private async Task<int> PrepareAsync(WebApplication web, IStageExecutor stages, IArtifactStore store, Task loaded, ModelReadiness readiness)
    {
        var stopping = web.Lifetime.ApplicationStopping;
        while (true)
        {
            try
            {
                var model = await stages.DescribeAsync(stopping).ConfigureAwait(false);
                var engine = (EmbeddedEngine)web.Services.GetRequiredService<IKeyedEngine>();
                var resumed = await engine.ResumeAsync(stopping).ConfigureAwait(false);
                if (resumed.Count > 0)
                    await Console.Out.WriteLineAsync($"Taking up unfinished jobs: {resumed.Count}.").ConfigureAwait(false);
                await loaded.WaitAsync(stopping).ConfigureAwait(false);
                readiness.Ready();
                await Console.Out.WriteLineAsync($"Model {model.ModelName} is ready.").ConfigureAwait(false);
                await Task.WhenAll(resumed.Select(job => ExportAsync(engine, store, job, stopping))).ConfigureAwait(false);
                return ExitCode.Done;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return ExitCode.Done;
            }
            catch (Exception e) when (e is FaultException or InferenceException)
            {
                var fault = e as FaultException ?? ((InferenceException)e).ToFault();
                if (readiness.Waiting != fault.Message)
                    await Console.Error.WriteLineAsync($"error: {fault.Message}").ConfigureAwait(false);
                readiness.Failed(fault);
                if (fault.Kind is not (FaultKind.Unavailable or FaultKind.Overloaded))
                {
                    // Without a model there is nothing to serve.
                    web.Lifetime.StopApplication();
                    return ExitCode.Failed;
                }
            }

            await Task.Delay(_askAgain, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A job of the command line belongs in the folder that the command named, whoever finishes it.</summary>
    private static async Task ExportAsync(EmbeddedEngine engine, IArtifactStore store, JobStatus job, CancellationToken cancellationToken)
    {
        if (job.Job.Labels?.GetValueOrDefault(PictureExporter.FolderLabel) is not { } folder)
            return;
        await foreach (var status in engine.WatchAsync(job.Id, cancellationToken).ConfigureAwait(false))
        {
            if (status.Ended)
                await new PictureExporter(store).ExportAsync(status, folder, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static LocalModel Mapped(Func<LocalModel> open)
    {
        try
        {
            return open();
        }
        catch (InferenceException e)
        {
            throw e.ToFault();
        }
    }
}
