using System.Runtime.CompilerServices;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.OpenAi;

/// <summary>
/// A job that lives as long as somebody reads its answer: whoever leaves early cancels it, unless it has a key by which to come back.
/// </summary>
internal sealed class PictureJob : IAsyncDisposable
{
    private readonly IPipelineEngine _engine;
    private readonly string _id;
    private readonly bool _goesOn;
    private bool _ended;

    private PictureJob(IPipelineEngine engine, JobStatus accepted, bool goesOn) =>
        (_engine, _id, _ended, _goesOn) = (engine, accepted.Id, accepted.Ended, goesOn);

    /// <summary>Starts a job, or finds the one that was started under the same key.</summary>
    /// <exception cref="FaultException">It is refused.</exception>
    /// <exception cref="IdempotencyConflictException">The key was used for another job.</exception>
    public static async Task<PictureJob> StartAsync(IKeyedEngine engine, GenerationJob job, string? key)
    {
        // A start that is given up may have been accepted all the same, and nobody would know its id.
        var (accepted, _) = await engine.StartAsync(job, key, CancellationToken.None).ConfigureAwait(false);
        return new PictureJob(engine, accepted, goesOn: key is not null);
    }

    /// <summary>The job's statuses, ending with the one in which it has ended.</summary>
    public async IAsyncEnumerable<JobStatus> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var status in _engine.WatchAsync(_id, cancellationToken).ConfigureAwait(false))
        {
            _ended = status.Ended;
            yield return status;
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task<JobStatus> EndAsync(CancellationToken cancellationToken)
    {
        JobStatus? last = null;
        await foreach (var status in WatchAsync(cancellationToken).ConfigureAwait(false))
            last = status;
        return last ?? throw new InvalidOperationException("A watched job shows at least one status.");
    }

    /// <summary>Why an ended job has not all of its pictures; null where it has.</summary>
    public static OpenAiError? FaultOf(JobStatus ended) => ended switch
    {
        { State: JobState.Completed } => null,
        { Fault: { } fault } => OpenAiError.Of(fault.Kind, fault.Message),
        _ => OpenAiError.Of(FaultKind.Cancelled, "the job was cancelled"),
    };

    public async ValueTask DisposeAsync()
    {
        if (_ended || _goesOn)
            return;
        try
        {
            await _engine.CancelAsync(_id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (FaultException)
        {
            // What failed before is the fault to tell of; a job nobody can reach ends by itself.
        }
    }
}
