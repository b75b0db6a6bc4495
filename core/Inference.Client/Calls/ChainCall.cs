using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Mapping;
using Aigc.Pipeline.Requests;
using Grpc.Core;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Calls;

/// <summary>
/// A Run or Generate over all its tries: what is finished stays finished, and what is not goes on from its last checkpoint.
/// Hosts go on with a call whose stream breaks, so that the next try finds what they made: only cancellation ends them.
/// </summary>
/// <param name="model">What its pictures are made with.</param>
/// <param name="pictures">Its pictures.</param>
/// <param name="namesOf">The names that each may have in the store.</param>
/// <param name="goesOn">Whether a later stage reads them: then it is worth knowing which host holds them.</param>
/// <param name="open">Sends some of them to a host.</param>
/// <param name="deadline">When they are to be done, as hosts are told it.</param>
/// <param name="progress">Told how far they are.</param>
/// <param name="options">How long a cancelled call goes on.</param>
/// <param name="time">The clock.</param>
internal sealed class ChainCall(
    EngineCapabilities model,
    IReadOnlyList<PictureSpec> pictures,
    Func<PictureSpec, IReadOnlyList<string>> namesOf,
    bool goesOn,
    ChainOpener open,
    DateTime deadline,
    ChainProgress progress,
    RemoteStagesOptions options,
    TimeProvider time)
{
    private readonly (FinishedPicture Message, ArtifactRef Artifact)?[] _finished = new (FinishedPicture, ArtifactRef)?[pictures.Count];
    private readonly string?[] _checkpoints = new string?[pictures.Count];
    private readonly List<(InferenceClient Client, string JobId)> _lost = [];
    private bool _resume;

    /// <summary>The pictures, in order; for a call that has ended well.</summary>
    public IReadOnlyList<(FinishedPicture Message, ArtifactRef Artifact)> Finished => [.. _finished.Select(f => f!.Value)];

    /// <summary>One try.</summary>
    /// <returns>The host's ledger; null where the last picture came and then the host was lost.</returns>
    public async Task<Ledger?> AttemptAsync(HostAttempt host, CancellationToken cancellationToken)
    {
        while (true)
        {
            var withCheckpoints = _checkpoints.Any(checkpoint => checkpoint is not null);
            try
            {
                return await StreamAsync(host, cancellationToken).ConfigureAwait(false);
            }
            catch (RpcException) when (Left().Count == 0)
            {
                return null;
            }
            catch (RpcException e) when (withCheckpoints && e.StatusCode is (StatusCode.NotFound or StatusCode.DataLoss))
            {
                // A host that was thought lost may have finished a picture, and its checkpoints end with it.
                Array.Clear(_checkpoints);
            }
        }
    }

    /// <summary>Ends the jobs of hosts that this call left, if they are there: whoever cancels wants none of it to go on.</summary>
    public Task CancelLostAsync() => Task.WhenAll(_lost.Select(job => CancelAsync(job.Client, job.JobId)));

    private List<int> Left() => [.. Enumerable.Range(0, pictures.Count).Where(place => _finished[place] is null)];

    private async Task<Ledger?> StreamAsync(HostAttempt host, CancellationToken cancellationToken)
    {
        using var stream = new CancellationTokenSource();
        var accepted = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = ReadAsync(host, accepted, stream.Token);
        try
        {
            return await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync(host.Client, accepted.Task, reading).ConfigureAwait(false);
            throw;
        }
        catch (RpcException) when (accepted.Task.IsCompletedSuccessfully)
        {
            _lost.Add((host.Client, await accepted.Task.ConfigureAwait(false)));
            throw;
        }
        finally
        {
            _resume = true;
            await stream.CancelAsync().ConfigureAwait(false);
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Ledger?> ReadAsync(HostAttempt host, TaskCompletionSource<string> accepted, CancellationToken cancellationToken)
    {
        var places = Left();
        progress.Begin(places);
        PictureRequest[] requests = [.. places.Select(place => pictures[place].ToRequest())];
        for (var i = 0; i < places.Count; i++)
            requests[i].Checkpoint = _checkpoints[places[i]] ?? "";

        var options = new CallOptions(deadline: deadline, cancellationToken: cancellationToken);
        await foreach (var e in open(host.Client, places, requests, _resume, options).ConfigureAwait(false))
        {
            host.Taken();
            switch (e.EventCase)
            {
                case ChainEvent.EventOneofCase.Accepted:
                    accepted.TrySetResult(e.Accepted.JobId);
                    break;
                case ChainEvent.EventOneofCase.Progress:
                    progress.Steps(e.Progress.StepsDone, e.Progress.Steps);
                    break;
                case ChainEvent.EventOneofCase.Checkpoint:
                    _checkpoints[Place(places, e.Checkpoint.Picture, host)] = e.Checkpoint.Artifact;
                    host.Advanced();
                    break;
                case ChainEvent.EventOneofCase.Preview:
                    var previewed = pictures[Place(places, e.Preview.Picture, host)];
                    var name = previewed.Address(model.ModelDigest).Preview(e.Preview.Step);
                    progress.Preview(previewed.Index, e.Preview.Step, ProtoMapping.ToArtifact(e.Preview.Artifact, name, model, host.Name));
                    break;
                case ChainEvent.EventOneofCase.Picture:
                    var place = Place(places, e.Picture.Picture, host);
                    var artifact = ProtoMapping.ToArtifact(e.Picture.Artifact, namesOf(pictures[place]), model, host.Name);
                    _finished[place] = (e.Picture, goesOn ? host.Holding(artifact) : artifact);
                    host.Advanced();
                    progress.Picture();
                    break;
                case ChainEvent.EventOneofCase.Ledger when Left().Count > 0:
                    throw ProtoMapping.Breach(host.Name, "that it was done before every picture was");
                case ChainEvent.EventOneofCase.Ledger:
                    return e.Ledger;
                case ChainEvent.EventOneofCase.None:
                default:
                    break;
            }
        }

        // Something on the way ended the stream in its host's name.
        throw new RpcException(new Status(StatusCode.Unavailable, "the stream ended before the call did"));
    }

    private static int Place(List<int> places, int picture, HostAttempt host) => picture >= 0 && picture < places.Count
        ? places[picture]
        : throw ProtoMapping.Breach(host.Name, $"with picture {picture} of {places.Count}");

    /// <summary>Ends a job that may not have said its id yet. Whatever goes wrong, the caller has given up already.</summary>
    private async Task CancelAsync(InferenceClient client, Task<string> accepted, Task reading)
    {
        using var given = new CancellationTokenSource(options.CancelLimit, time);
        try
        {
            await Task.WhenAny(accepted, reading).WaitAsync(given.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (accepted.IsCompletedSuccessfully)
            await CancelAsync(client, await accepted.ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task CancelAsync(InferenceClient client, string jobId)
    {
        using var given = new CancellationTokenSource(options.CancelLimit, time);
        try
        {
            await client.CancelAsync(new CancelRequest { JobId = jobId }, cancellationToken: given.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException)
        {
            // The host is gone, and its job with it; or it goes on to the end, and its pictures are found next time.
        }
    }
}
