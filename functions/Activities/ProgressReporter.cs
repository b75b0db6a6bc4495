using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Activities;

/// <summary>
/// Tells an orchestration how far one of its calls is. It neither holds the call up nor fails it: one report is on its way at a time, on
/// another thread, what cannot be sent is dropped, and the call's end gives up the last.
/// </summary>
internal sealed class ProgressReporter : IProgress<StageProgress>, IAsyncDisposable
{
    private readonly DurableTaskClient _client;
    private readonly StageMessage _message;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _unsent;
    private readonly ProgressThrottle _throttle;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, PreviewPicture> _previews = [];
    private int _steps;
    private bool _news;
    private bool _armed;
    private bool _ended;
    private TaskCompletionSource? _sending;

    /// <param name="client">Raises the event.</param>
    /// <param name="message">The call.</param>
    /// <param name="time">The clock.</param>
    /// <param name="unsent">Told why a report could not be sent.</param>
    public ProgressReporter(DurableTaskClient client, StageMessage message, TimeProvider time, Action<Exception> unsent)
    {
        (_client, _message, _time, _unsent) = (client, message, time, unsent);
        _throttle = new ProgressThrottle(message.Reports);
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Send(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <inheritdoc/>
    public void Report(StageProgress value)
    {
        lock (_gate)
        {
            _steps += value.Steps;
            foreach (var preview in value.Previews)
                _previews[preview.Index] = preview with { Picture = preview.Picture.At(null) };
            _news |= value.Steps > 0 || value.Previews.Count > 0;
            Arm();
        }
    }

    /// <summary>Ends it: what was not sent yet is not sent.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? sending;
        lock (_gate)
        {
            _ended = true;
            sending = _sending?.Task;
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        if (sending is not null)
        {
            await _end.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(false);
        }

        _end.Dispose();
    }

    private void Arm()
    {
        if (!_news || _armed || _ended || _sending is not null || _throttle.Wait(Elapsed) is not { } wait)
            return;
        _armed = true;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private void Send()
    {
        ProgressMessage report;
        TaskCompletionSource sending;
        lock (_gate)
        {
            _armed = false;
            if (!_news || _ended || _sending is not null)
                return;
            _news = false;
            _throttle.Sent(Elapsed);
            report = new ProgressMessage(_message.Pictures[0], _steps, [.. _previews.Values]);
            _sending = sending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        // Not under the lock: the call that reports must never wait for what is sent.
        _ = SendAsync(report, sending);
    }

    private async Task SendAsync(ProgressMessage report, TaskCompletionSource sending)
    {
        try
        {
            var raised = _client.RaiseEventAsync(_message.InstanceId, JobNames.ProgressEvent, report, _end.Token);
            await raised.WaitAsync(_end.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Whatever it is: nobody but the log need know that a report was not heard.
            if (!_ended)
                _unsent(e);
        }

        lock (_gate)
        {
            _sending = null;
            Arm();
        }

        sending.SetResult();
    }
}
