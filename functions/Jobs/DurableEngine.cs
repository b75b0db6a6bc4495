using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Jobs;

/// <summary>Jobs as orchestrations: accepts, watches and cancels them through a Durable client.</summary>
internal sealed class DurableEngine(
    DurableTaskClient client,
    IArtifactStore store,
    IStageExecutor executor,
    IChainPlanner planner,
    DurableEngineOptions options,
    TimeProvider time,
    EndedJobs? ended = null) : IKeyedEngine
{
    private readonly JobManifests _manifests = new(store);

    /// <inheritdoc/>
    public async Task<JobStatus> StartAsync(GenerationJob job, CancellationToken cancellationToken = default) =>
        (await StartAsync(job, key: null, cancellationToken).ConfigureAwait(false)).Status;

    /// <inheritdoc/>
    public async Task<(JobStatus Status, bool Created)> StartAsync(GenerationJob job, string? key, CancellationToken cancellationToken)
    {
        JobPlanner.CheckLength(job);
        var capabilities = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        if (capabilities is not null)
            JobPlanner.Check(job, capabilities);
        else
            CheckUndescribed(job);
        var id = key is null ? Guid.CreateVersion7(time.GetUtcNow()).ToString("n") : JobKey.IdOf(key);
        var asked = JobManifests.Sha256Of(job);
        var drawn = job with { Requests = [.. job.Requests.Select(r => r with { Seed = r.Seed ?? options.DrawSeed() })] };
        var (reference, manifest) = await _manifests.PutAsync(
            JobNames.Accepted(id), new JobManifest(drawn, asked, capabilities), cancellationToken).ConfigureAwait(false);
        if (manifest.Asked != asked)
            throw new IdempotencyConflictException();
        if (key is not null && await ReadStatusAsync(id, cancellationToken).ConfigureAwait(false) is { } there)
            return (there, false);
        var input = new JobInput(
            reference,
            time.GetUtcNow(),
            manifest.Job.Requests.Sum(r => r.Count),
            manifest.Capabilities is null ? null : JobPlanner.Plan(reference, manifest, planner))
        {
            TraceParent = Activity.Current?.Id,
            EnhanceQueued = options.EnhanceQueued,
        };
        // What was just made is known without asking for it.
        var scheduled = await ScheduleAsync(id, input, cancellationToken).ConfigureAwait(false);
        // An earlier job of this key was deleted, perhaps while what is kept of it could not be.
        if (scheduled && key is not null && ended is not null)
            await ended.ForgetAsync(id, cancellationToken).ConfigureAwait(false);
        if (scheduled)
            return (Running(id, input, manifest.Job, new StatusMessage { Pictures = input.Pictures }), true);
        var status = await ReadStatusAsync(id, cancellationToken).ConfigureAwait(false);
        return (status ?? throw new FaultException(FaultKind.Unavailable, $"job '{id}' was started and is not there yet: ask again"), false);
    }

    /// <inheritdoc/>
    public async Task<JobStatus?> GetStatusAsync(string id, CancellationToken cancellationToken = default)
    {
        if (!IsId(id))
            return null;
        return await FindEndedAsync(id, cancellationToken).ConfigureAwait(false)
            ?? await ReadStatusAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobStatus> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (IsId(id) && await FindEndedAsync(id, cancellationToken).ConfigureAwait(false) is { } kept)
        {
            yield return kept;
            yield break;
        }

        string? last = null;
        var changed = time.GetTimestamp();
        while (true)
        {
            // Of one that was just seen running, its history says the end first.
            var status = await ReadStatusAsync(id, cancellationToken).ConfigureAwait(false) ?? throw Unknown(id);
            if (JobManifests.Sha256Of(status) is var now && now != last)
            {
                yield return status;
                changed = time.GetTimestamp();
            }

            if (status.Ended)
                yield break;
            last = now;
            await Task.Delay(options.WatchAfter(time.GetElapsedTime(changed)), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default)
    {
        var status = await GetStatusAsync(id, cancellationToken).ConfigureAwait(false) ?? throw Unknown(id);
        if (status.Ended)
            return false;
        // The marker first: whatever the event ends, the activities under way must end with it.
        await store.PutAsync(JobNames.Cancel(id), "text/plain", "cancelled"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await client.RaiseEventAsync(id, JobNames.CancelEvent, "cancelled", cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async Task<JobPage> ListAsync(
        JobState? state = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        var jobs = new List<JobStatus>();
        JobMark? last = null;
        var looked = 0;
        await foreach (var mark in new JobList(client, time).FromAsync(JobMark.Parse(after), state, limit, cancellationToken).ConfigureAwait(false))
        {
            if (jobs.Count == limit || looked++ == options.MaxListed)
                return new JobPage(jobs, last?.ToString());
            last = mark;
            try
            {
                var status = await GetStatusAsync(mark.Id, cancellationToken).ConfigureAwait(false);
                if (status is not null && (state is null || status.State == state))
                    jobs.Add(status);
            }
            catch (FaultException e) when (e.Kind == FaultKind.DataLoss)
            {
                // One damaged job must not hide the others; asked for by its id, it says what it is.
            }
        }

        return new JobPage(jobs, Next: null);
    }

    /// <inheritdoc/>
    /// <remarks>Histories of its sub-orchestrations go with the purge of old jobs.</remarks>
    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        // Of a damaged job no status can be read, and it can be forgotten all the same.
        var instance = IsId(id) ? await client.GetInstanceAsync(id, getInputsAndOutputs: false, cancellationToken).ConfigureAwait(false) : null;
        if (instance?.Name != JobNames.ImageOrchestrator)
            throw Unknown(id);
        if (!instance.IsCompleted)
            return false;
        await JobArtifacts.DeleteAsync(store, ended, id, cancellationToken).ConfigureAwait(false);
        await client.PurgeInstanceAsync(id, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<JobStatus?> ReadStatusAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsId(id))
            return null;
        var instance = await client.GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken).ConfigureAwait(false);
        return instance?.Name == JobNames.ImageOrchestrator ? await StatusAsync(instance, cancellationToken).ConfigureAwait(false) : null;
    }

    /// <summary>The status of a job that ended a while ago, without a look at the task hub; null where that has to be asked.</summary>
    private async Task<JobStatus?> FindEndedAsync(string id, CancellationToken cancellationToken)
    {
        if (ended is null || await ended.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } kept)
            return null;
        try
        {
            var job = (await _manifests.ReadAsync<JobManifest>(kept.Job, cancellationToken).ConfigureAwait(false)).Job;
            if (job.Requests.Sum(r => r.Count) == kept.Pictures)
            {
                var status = Running(id, new JobInput(kept.Job, kept.AcceptedAt, kept.Pictures), job, kept.Shown);
                return await EndedAsync(status, kept.Shown, kept.Outcome, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (FaultException e) when (e.Kind is FaultKind.NotFound or FaultKind.DataLoss)
        {
            // The job is forgotten, or another than the entry says.
        }

        await ended.ForgetAsync(id, cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static bool IsId(string id) => ArtifactName.IsLegal(id) && !id.Contains('/', StringComparison.Ordinal);

    private static FaultException Unknown(string id) =>
        new(FaultKind.NotFound, $"there is no job '{id}': list the jobs to see those there are");

    /// <summary>What can be held against a job without a host: what no model could do is refused now and not in an hour.</summary>
    private static void CheckUndescribed(GenerationJob job)
    {
        string[] faults = [.. RequestValidator.PreviewFaults(job), .. RequestValidator.DegradeFaults(job.Degrade, capabilities: null)];
        if (faults.Length > 0)
            throw new FaultException(FaultKind.BadRequest, string.Join("; ", faults));
        if (job.Requests.Count == 0 || job.Requests.Any(r => r.Count is < 1 or > RequestValidator.MaxCount))
            throw new FaultException(FaultKind.BadRequest, $"a job has a request or more, each of 1 to {RequestValidator.MaxCount} pictures");
        if (job.Requests.Sum(r => (long)r.Count) > RequestValidator.MaxPictures)
            throw new FaultException(FaultKind.BadRequest, $"a job has at most {RequestValidator.MaxPictures} pictures: send several jobs");
    }

    private async Task<EngineCapabilities?> DescribeAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.DescribeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await executor.DescribeAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (FaultException e) when (e.Kind is FaultKind.Unavailable or FaultKind.Overloaded)
        {
            return null;
        }
    }

    private async Task<bool> ScheduleAsync(string id, JobInput input, CancellationToken cancellationToken)
    {
        var start = new StartOrchestrationOptions(id).WithDedupeStatuses([.. StartOrchestrationOptionsExtensions.ValidDedupeStatuses]);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(JobNames.ImageOrchestrator, input, start, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }

    private async Task<JobStatus> StatusAsync(OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        if (Read(instance.ReadInputAs<JobInput>) is not { } input)
            throw new FaultException(FaultKind.DataLoss, $"job '{instance.InstanceId}' cannot be read: what it was started with is damaged");
        var manifest = await _manifests.ReadAsync<JobManifest>(input.Job, cancellationToken).ConfigureAwait(false);
        var shown = Read(instance.ReadCustomStatusAs<StatusMessage>) ?? new StatusMessage { Pictures = input.Pictures };
        var status = Running(instance.InstanceId, input, manifest.Job, shown);
        if (!instance.IsCompleted)
            return status;
        status = status with { EndedAt = instance.LastUpdatedAt, Previews = [], Warnings = [] };
        return instance.RuntimeStatus != OrchestrationRuntimeStatus.Completed || Read(instance.ReadOutputAs<JobOutcome>) is not { } outcome
            ? Broken(status, instance)
            : await EndedAsync(status, shown, outcome, cancellationToken).ConfigureAwait(false);
    }

    private async Task<JobStatus> EndedAsync(JobStatus status, StatusMessage shown, JobOutcome outcome, CancellationToken cancellationToken)
    {
        var (pictures, failures) = (outcome.Pictures.ToList(), outcome.Failures.ToList());
        for (var i = 0; i < outcome.Parts; i++)
        {
            if (await _manifests.FindAsync<ResultPart>(JobNames.Result(status.Id, i), cancellationToken).ConfigureAwait(false) is { } part)
            {
                pictures.AddRange(part.Pictures);
                failures.AddRange(part.Failures);
            }
        }

        return status with
        {
            State = outcome.State,
            EndedAt = outcome.EndedAt ?? status.EndedAt,
            Previews = [],
            Progress = status.Progress with
            {
                PicturesDone = outcome.Made,
                StepsDone = outcome.State == JobState.Completed ? shown.Steps : shown.StepsDone,
            },
            Plan = outcome.Plan ?? status.Plan,
            Pictures = pictures,
            Bases = outcome.State == JobState.Completed ? [] : status.Bases,
            Failures = failures,
            Warnings = outcome.Warnings,
            Ledger = outcome.Ledger,
            Fault = outcome.Fault,
        };
    }

    private static JobStatus Running(string id, JobInput input, GenerationJob job, StatusMessage shown) => new()
    {
        Id = id,
        State = JobState.Running,
        Job = job,
        CreatedAt = input.AcceptedAt,
        Progress = new JobProgress(input.Pictures, shown.Done, shown.Steps, shown.StepsDone),
        Plan = shown.Plan ?? input.Planned?.Plan,
        Pictures = shown.Ready,
        Bases = shown.Bases,
        Previews = shown.Previews,
        Warnings = Waiting(input, shown) is { } waiting ? [waiting] : [],
    };

    private static string? Waiting(JobInput input, StatusMessage shown) =>
        shown.Waiting ?? (input.Planned is null && shown.Plan is null ? "waiting: no host has said what it can do yet" : null);

    /// <summary>What a record says, null where it says nothing or nothing that can be read.</summary>
    private static T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JobStatus Broken(JobStatus status, OrchestrationMetadata instance) =>
        instance.RuntimeStatus == OrchestrationRuntimeStatus.Terminated
            ? status with { State = JobState.Cancelled }
            : status with
            {
                State = JobState.Failed,
                Fault = new JobFault(FaultKind.Internal, "the orchestration failed in a way it should not: its history says how"),
            };
}
