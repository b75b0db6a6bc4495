using Microsoft.Extensions.Time.Testing;

namespace Aigc.Inference.Client.Tests;

/// <summary>A clock that stands still until a test moves it, and says when code under test waits for it.</summary>
internal sealed class SteppedTime : TimeProvider
{
    // Long past any real wait: a test that is wrong fails here and does not hang.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _clock = new();
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _waits = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every wait that was begun, in order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_gate)
                return [.. _waits];
        }
    }

    public override long TimestampFrequency => _clock.TimestampFrequency;

    public override long GetTimestamp() => _clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

    public void Advance(TimeSpan by) => _clock.Advance(by);

    /// <summary>Completes once code under test waits for exactly this long.</summary>
    public Task WaitForWait(TimeSpan length, int count = 1) => WaitForWait(wait => wait == length, length.ToString(), count);

    /// <summary>Completes once code under test waits for no longer than this, with how long that is.</summary>
    public Task<TimeSpan> WaitForShortWait(TimeSpan longest) => WaitForWait(wait => wait <= longest, $"at most {longest}");

    private async Task<TimeSpan> WaitForWait(Func<TimeSpan, bool> wanted, string words, int count = 1)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                TimeSpan[] found = [.. _waits.Where(wanted)];
                if (found.Length >= count)
                    return found[count - 1];
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(Limit);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"nothing waits for {words}; waits begun: {string.Join(", ", Waits)}");
            }
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, _clock.CreateTimer(callback, state, dueTime, period));
        Begun(dueTime);
        return timer;
    }

    private void Begun(TimeSpan wait)
    {
        // A timer that is not started is no wait.
        if (wait < TimeSpan.Zero)
            return;
        lock (_gate)
        {
            _waits.Add(wait);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class SteppedTimer(SteppedTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            time.Begun(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
