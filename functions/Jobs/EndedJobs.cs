using System.Text.Json;
using System.Threading.Channels;
using Aigc.Artifacts;
using Aigc.Caching;
using Aigc.Pipeline.Engine;

namespace Aigc.Functions.Jobs;

/// <summary>
/// The jobs that ended last, which the app's instances share: looking at one costs no look at the task hub. Of running jobs nothing is
/// kept: their status changes with each event, and a copy of it would be late or cost a write for each.
/// </summary>
/// <remarks>
/// An entry holds no text of the job: that is read from the store, whose hash is checked. It goes with the job, and by itself after
/// <see cref="SharedCacheOptions.Life"/>.
/// </remarks>
public sealed class EndedJobs : IAsyncDisposable
{
    private const int MaxUnwritten = 1024;

    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private readonly SharedDocuments _shared;
    private readonly string _prefix;

    // Jobs that end faster than Redis takes them are left to the task hub.
    private readonly Channel<(string Id, EndedJob Job)> _unwritten = Channel.CreateBounded<(string, EndedJob)>(
        new BoundedChannelOptions(MaxUnwritten) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Task _writing;

    /// <param name="shared">Where they are kept.</param>
    /// <param name="scope">What tells this app's jobs from others' that share it, as the address of its store does.</param>
    public EndedJobs(SharedDocuments shared, string scope)
    {
        (_shared, _prefix) = (shared, $"job:{scope}:");
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Writes what is still to be written.</summary>
    public async ValueTask DisposeAsync()
    {
        _unwritten.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    /// <summary>Has a job kept, soon: an orchestrator that ends waits for nothing that is not in its history.</summary>
    internal void Keep(string id, EndedJob job) => _unwritten.Writer.TryWrite((id, job));

    /// <summary>A job that is kept; null where none is, or what is there cannot be this job.</summary>
    internal async Task<EndedJob?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await _shared.FindAsync(_prefix + id, cancellationToken).ConfigureAwait(false) is not { } document)
            return null;
        if (Read(document) is { } job && IsOf(id, job))
            return job;
        // Somebody else wrote that.
        await ForgetAsync(id, cancellationToken).ConfigureAwait(false);
        return null;
    }

    internal Task ForgetAsync(string id, CancellationToken cancellationToken) => _shared.ForgetAsync(_prefix + id, cancellationToken);

    private static EndedJob? Read(byte[] document)
    {
        try
        {
            return JsonSerializer.Deserialize<EndedJob>(document, _json);
        }
        catch (Exception e) when (e is JsonException or FaultException)
        {
            return null;
        }
    }

    private static bool IsOf(string id, EndedJob job) =>
        job.Job.Name == JobNames.Accepted(id)
        && job.Outcome is { State: not JobState.Running, EndedAt: not null, Parts: >= 0 } outcome
        && (long)outcome.Made + outcome.Failed <= job.Pictures && outcome.Parts <= job.Pictures
        && (outcome.Parts > 0 || (outcome.Made, outcome.Failed) == (outcome.Pictures.Count, outcome.Failures.Count));

    private async Task WriteAsync()
    {
        await foreach (var (id, job) in _unwritten.Reader.ReadAllAsync().ConfigureAwait(false))
            await _shared.KeepAsync(_prefix + id, JsonSerializer.SerializeToUtf8Bytes(job, _json)).ConfigureAwait(false);
    }
}
