using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Calls;
using Aigc.Inference.Client.Resilience;
using Grpc.Core;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Hosts;

/// <summary>Hears how loaded a host is, by one long stream, which is opened again after each loss and keeps a connection open.</summary>
/// <remarks>
/// A host tells only what changes, so that silence may be sameness or a host that hangs. The stream is therefore asked for anew after
/// half of <see cref="RemoteStagesOptions.LoadLife"/> without a word: its first answer comes at once.
/// </remarks>
internal sealed class HostWatch(InferenceClient client, HostEar ear, RemoteStagesOptions options, Draws draws, TimeProvider time)
    : IDisposable
{
    public const string LateWhy = "no answer in time";

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource<HostWord> _next = NewWord();
    private TaskCompletionSource _hurry = NewHurry();
    private HostWord? _streaming;
    private Task? _run;

    private enum StreamEnd
    {
        // Nothing was new for a while.
        Quiet,

        // The host ended it, as one that drains does.
        Ended,

        Failed,

        // The host is of a release that tells no load.
        Unknown,
    }

    /// <summary>Begins, where it has not begun.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (!_end.IsCancellationRequested)
                _run ??= Task.Run(RunAsync);
        }
    }

    /// <summary>What the open stream last said; where there is none, what comes of asking again at once.</summary>
    /// <exception cref="OperationCanceledException">Nothing came of it until then, or the watch has ended.</exception>
    public async Task<HostWord> HearAsync(CancellationToken cancellationToken)
    {
        Task<HostWord> next;
        lock (_gate)
        {
            if (_streaming is { } word)
                return word;
            next = _next.Task;
            _hurry.TrySetResult();
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        try
        {
            return await next.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (next.IsCompletedSuccessfully)
        {
            return await next.ConfigureAwait(false);
        }
    }

    // Its token outlives it: the stream may be in use, and has no timer.
    public void Dispose() => _end.Cancel();

    private static TaskCompletionSource<HostWord> NewWord() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource NewHurry() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        var failures = 0;
        while (!_end.IsCancellationRequested)
        {
            var ended = await StreamAsync().ConfigureAwait(false);
            if (ended == StreamEnd.Quiet)
            {
                failures = 0;
                continue;
            }

            lock (_gate)
                _streaming = null;
            failures = ended == StreamEnd.Ended ? 1 : failures + 1;
            await PauseAsync(ended == StreamEnd.Unknown ? options.LongestBackOff : BackOff.After(failures, options, draws))
                .ConfigureAwait(false);
        }
    }

    private async Task<StreamEnd> StreamAsync()
    {
        using var silence = new CancellationTokenSource(options.LoadLife, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _end.Token);
        var heard = false;
        try
        {
            using var call = client.WatchLoad(new WatchLoadRequest(), cancellationToken: either.Token);
            while (await call.ResponseStream.MoveNext(either.Token).ConfigureAwait(false))
            {
                heard = true;
                Heard(call.ResponseStream.Current);
                silence.CancelAfter(options.LoadLife / 2);
            }

            if (!heard)
                Failed("it tells nothing of its load", silent: false);
            return heard ? StreamEnd.Ended : StreamEnd.Failed;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            Failed(HostFailure.Of(e).Why, silent: false);
            return StreamEnd.Unknown;
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
        {
            if (heard && silence.IsCancellationRequested)
                return StreamEnd.Quiet;
            if (!_end.IsCancellationRequested)
                Failed(e is RpcException answer && !silence.IsCancellationRequested ? HostFailure.Of(answer).Why : LateWhy, silent: true);
            return StreamEnd.Failed;
        }
    }

    private void Heard(WatchLoadResponse load)
    {
        ear.Heard(load);
        Say(new HostWord(load, null), streams: true);
    }

    private void Failed(string why, bool silent)
    {
        ear.NotHeard(silent);
        Say(new HostWord(null, why), streams: false);
    }

    private void Say(HostWord word, bool streams)
    {
        TaskCompletionSource<HostWord> next;
        lock (_gate)
        {
            _streaming = streams ? word : null;
            (next, _next) = (_next, NewWord());
            // Whoever asked for haste has the answer; who asks from here on asks for the next.
            if (_hurry.Task.IsCompleted)
                _hurry = NewHurry();
        }

        next.SetResult(word);
    }

    private async Task PauseAsync(TimeSpan length)
    {
        Task hurry;
        lock (_gate)
            hurry = _hurry.Task;
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        await Task.WhenAny(hurry, Task.Delay(length, time, pause.Token)).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
    }
}
