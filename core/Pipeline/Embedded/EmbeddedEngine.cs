using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.Pipeline.Telemetry;
using Microsoft.Extensions.Logging;

namespace Aigc.Pipeline.Embedded;

/// <summary>
/// Runs jobs in this process and keeps a journal of them, so that a job outlives the process: after a crash,
/// <see cref="ResumeAsync"/> takes it up where its last finished call ended.
/// </summary>
public sealed partial class EmbeddedEngine : IKeyedEngine, IAsyncDisposable
{
    private readonly IStageExecutor _executor;
    private readonly EmbeddedEngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<EmbeddedEngine> _logger;
    private readonly IChainPlanner _planner;
    private readonly JobJournal _journal;
    private readonly EmbeddedEnhancements _enhancements;
    private readonly Lock _accepting = new();
    private readonly ConcurrentDictionary<string, (RunningJob Job, Task Ended)> _running = new();
    private volatile bool _disposing;

    /// <summary>Opens the journal.</summary>
    /// <param name="executor">Carries stage calls out.</param>
    /// <param name="options">Where the journal lies.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of jobs accepted, resumed and ended; never of prompts.</param>
    /// <param name="planner">Chooses plans, and hears what calls took; null where this process is the only host: there is no choice.</param>
    /// <exception cref="FaultException">
    /// The journal cannot be used: <see cref="FaultKind.Unavailable"/>, <see cref="FaultKind.OutOfSpace"/> or
    /// <see cref="FaultKind.DataLoss"/>.
    /// </exception>
    public EmbeddedEngine(
        IStageExecutor executor, EmbeddedEngineOptions options, TimeProvider time, ILogger<EmbeddedEngine> logger, IChainPlanner? planner = null)
    {
        _planner = planner ?? new AdaptivePlanner(new StageCosts(), static () => LoadReading.Unknown);
        _executor = executor;
        _options = options;
        _time = time;
        _logger = logger;
        try
        {
            Directory.CreateDirectory(options.Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(FaultKind.Unavailable, $"the folder '{options.Folder}' cannot be made: make its parent writable, or choose another", e);
        }

        _journal = new JobJournal(Path.Combine(options.Folder, "jobs.db"), options.Journaled);
        _enhancements = new EmbeddedEnhancements(executor, options);
    }

    /// <inheritdoc/>
    public async Task<JobStatus> StartAsync(GenerationJob job, CancellationToken cancellationToken = default) =>
        (await StartAsync(job, key: null, cancellationToken).ConfigureAwait(false)).Status;

    /// <inheritdoc/>
    public async Task<(JobStatus Status, bool Created)> StartAsync(GenerationJob job, string? key, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var capabilities = await _executor.DescribeAsync(cancellationToken).ConfigureAwait(false);
        var described = new StageSpan(Stage.Load, 0, _time.GetElapsedTime(startedAt).TotalMilliseconds);
        RequestValidator.ThrowIfFaulty(job, capabilities);
        var drawn = job with { Requests = [.. job.Requests.Select(r => r with { Seed = r.Seed ?? _options.DrawSeed() })] };
        var status = new JobStatus
        {
            Id = key is null ? Guid.CreateVersion7(_time.GetUtcNow()).ToString("n") : JobKey.IdOf(key),
            State = JobState.Running,
            Job = drawn,
            CreatedAt = _time.GetUtcNow(),
            Progress = new JobProgress(drawn.Requests.Sum(r => r.Count), 0, 0, 0),
        };
        lock (_accepting)
        {
            if (key is not null && Find(status.Id) is { } there)
                return (KeyedJobs.Same(there, job), false);
            var lease = JobLease.TryTake(_options.Folder, status.Id) ?? throw new FaultException(
                FaultKind.Unavailable,
                "another process is just accepting a job under this key: ask again",
                retryAfter: TimeSpan.FromSeconds(1));
            var added = false;
            try
            {
                added = _journal.Add(status, capabilities);
            }
            finally
            {
                if (!added)
                    lease.Dispose();
            }

            // Another process accepted it, and may have ended it, since it was looked for.
            if (!added)
                return (KeyedJobs.Same(Find(status.Id)!, job), false);
            Launch(new RunningJob(status, startedAt, [described]), capabilities, recorded: null, lease);
        }

        LogAccepted(status.Id, status.Progress.Pictures);
        return (status, true);
    }

    /// <summary>Takes up the unfinished jobs of processes that are gone.</summary>
    /// <param name="cancellationToken">Gives up taking up more.</param>
    /// <returns>
    /// The jobs taken up. A job of another model is left for an engine that has that model; one of a living process is left to it.
    /// </returns>
    /// <exception cref="FaultException">The journal or the model cannot be read.</exception>
    public async Task<IReadOnlyList<JobStatus>> ResumeAsync(CancellationToken cancellationToken = default)
    {
        var unfinished = _journal.Unfinished();
        if (unfinished.Count == 0)
            return [];
        var capabilities = await _executor.DescribeAsync(cancellationToken).ConfigureAwait(false);
        var resumed = new List<JobStatus>();
        foreach (var (status, then) in unfinished)
        {
            if (_running.ContainsKey(status.Id) || then.ModelDigest != capabilities.ModelDigest)
                continue;
            if (JobLease.TryTake(_options.Folder, status.Id) is not { } lease)
                continue;
            // Its owner may have ended it between the list and the lease.
            if (_journal.Find(status.Id) is not { Ended: false })
            {
                lease.Dispose();
                continue;
            }

            Launch(new RunningJob(status, _time.GetTimestamp(), []), then, _journal.Calls(status.Id), lease);
            LogResumed(status.Id);
            resumed.Add(status);
        }

        return resumed;
    }

    /// <inheritdoc/>
    public Task<JobStatus?> GetStatusAsync(string id, CancellationToken cancellationToken = default) =>
        Task.FromResult(Find(id));

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobStatus> WatchAsync(string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (!_running.TryGetValue(id, out var running))
        {
            yield return _journal.Find(id) ?? throw Unknown(id);
            yield break;
        }

        while (true)
        {
            var (status, changed) = running.Job.Look();
            yield return status;
            if (status.Ended)
                yield break;
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default)
    {
        if (_running.TryGetValue(id, out var running))
            return Task.FromResult(running.Job.Cancel());
        return _journal.Find(id) is null ? throw Unknown(id) : Task.FromResult(false);
    }

    /// <inheritdoc/>
    public Task<JobPage> ListAsync(
        JobState? state = null, int limit = 100, string? after = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1000);
        // One more than asked for tells whether there is another page.
        var found = _journal.List(state, limit + 1, JobMark.Parse(after));
        JobStatus[] jobs =
            [.. found.Take(limit).Select(j => _running.TryGetValue(j.Id, out var running) ? running.Job.Look().Status : j)];
        return Task.FromResult(new JobPage(jobs, found.Count > limit ? new JobMark(jobs[^1].CreatedAt, jobs[^1].Id).ToString() : null));
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken = default)
    {
        if (Find(id) is not { } status)
            throw Unknown(id);
        return Task.FromResult(status.Ended && _journal.Delete(id));
    }

    /// <summary>Stops running jobs within one step, leaves them unfinished in the journal for the next start, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposing = true;
        var running = _running.Values.ToArray();
        foreach (var (job, _) in running)
            job.Cancel();
        await Task.WhenAll(running.Select(r => r.Ended)).ConfigureAwait(false);
        await _enhancements.DisposeAsync().ConfigureAwait(false);
        _journal.Dispose();
    }

    private JobStatus? Find(string id) => _running.TryGetValue(id, out var running) ? running.Job.Look().Status : _journal.Find(id);

    private static FaultException Unknown(string id) =>
        new(FaultKind.NotFound, $"there is no job '{id}': list the jobs to see those there are");

    private void Launch(RunningJob job, EngineCapabilities capabilities, IReadOnlyDictionary<string, string>? recorded, JobLease lease)
    {
        var context = new EmbeddedContext(job, capabilities, recorded, _executor, _enhancements, _planner, _journal, _time);
        var registered = new TaskCompletionSource();
        var ended = Task.Run(async () =>
        {
            await registered.Task.ConfigureAwait(false);
            await RunAsync(job, context, lease).ConfigureAwait(false);
        });
        _running[job.Look().Status.Id] = (job, ended);
        registered.SetResult();
    }

    private async Task RunAsync(RunningJob job, EmbeddedContext context, JobLease lease)
    {
        using (lease)
        {
            var id = job.Look().Status.Id;
            Func<JobStatus, JobStatus> end;
            try
            {
                var result = await ImagePipeline.RunAsync(context, job.Look().Status.Job).ConfigureAwait(false);
                if (result.Failures is [var first, ..])
                    LogFailed(id, first.Fault.Kind, result.Failures.Count);
                end = s => s with
                {
                    State = result.Failures.Count == 0 ? JobState.Completed : JobState.Failed,
                    Pictures = result.Pictures,
                    Failures = result.Failures,
                    Fault = result.Failures is [var failure, ..] ? failure.Fault : null,
                    Warnings = result.Warnings,
                    Ledger = Ledger(job, result.Spans),
                };
            }
            catch (OperationCanceledException) when (job.Cancellation.IsCancellationRequested)
            {
                end = s => s with { State = JobState.Cancelled };
            }
            catch (FaultException e)
            {
                LogFailed(id, e.Kind, e);
                end = s => s with { State = JobState.Failed, Fault = new JobFault(e.Kind, e.Message) };
            }
            catch (Exception e)
            {
                LogFailed(id, FaultKind.Internal, e);
                var fault = new JobFault(FaultKind.Internal, "the pipeline failed in a way it should not: its log says how");
                end = s => s with { State = JobState.Failed, Fault = fault };
            }

            var status = end(job.Look().Status) with { EndedAt = _time.GetUtcNow(), Previews = [] };
            // A job stopped by this engine's own end stays unfinished in the journal: the next start takes it up.
            if (!(_disposing && status.State == JobState.Cancelled))
                Record(status);
            job.Update(_ => status);
            _running.TryRemove(id, out _);
            LogEnded(id, status.State);
            PipelineTelemetry.JobEnded(status.State, status.Plan?.Plan, status.Ledger);
        }
    }

    private void Record(JobStatus status)
    {
        try
        {
            _journal.End(status);
        }
        catch (FaultException e)
        {
            // The pictures are made and stored: a journal that cannot say so must not take them from their owner.
            LogFailed(status.Id, e.Kind, e);
        }
    }

    private TimeLedger Ledger(RunningJob job, IReadOnlyList<StageSpan> spans) =>
        TimeLedger.From([.. job.Before, .. spans], _time.GetElapsedTime(job.StartedAt).TotalMilliseconds);

    [LoggerMessage(1, LogLevel.Debug, "Job {JobId} accepted: {Pictures} pictures")]
    private partial void LogAccepted(string jobId, int pictures);

    [LoggerMessage(2, LogLevel.Information, "Job {JobId} taken up from a process that is gone")]
    private partial void LogResumed(string jobId);

    [LoggerMessage(3, LogLevel.Error, "Job {JobId} failed: {Kind}")]
    private partial void LogFailed(string jobId, FaultKind kind, Exception exception);

    [LoggerMessage(5, LogLevel.Error, "Job {JobId} failed: {Kind}, {Pictures} pictures not made")]
    private partial void LogFailed(string jobId, FaultKind kind, int pictures);

    [LoggerMessage(4, LogLevel.Debug, "Job {JobId} ended: {State}")]
    private partial void LogEnded(string jobId, JobState state);
}
