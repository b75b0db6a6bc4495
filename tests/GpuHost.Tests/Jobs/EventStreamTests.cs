using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.GpuHost.Tests.Jobs;

public sealed class EventStreamTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly EventStream _events;

    public EventStreamTests() => _events = new EventStream("job", _time);

    [Fact]
    public async Task Progress_StepsOfAMillisecond_IsToldTenTimesASecondAndAtTheEnd()
    {
        var read = ReadAsync();
        for (var step = 1; step <= 250; step++)
        {
            _events.Progress(step, 250);
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        _events.End(new Ledger());

        var progress = (await read).Where(static next => next.Progress is not null).Select(static next => next.Progress.StepsDone).ToArray();
        Assert.InRange(progress.Length, 1, 4);
        Assert.Equal(250, progress[^1]);
        Assert.Equal(progress.Order(), progress);
    }

    [Fact]
    public async Task Progress_StepsOfASecond_EachIsTold()
    {
        await using var events = _events.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator();
        for (var step = 1; step <= 3; step++)
        {
            _events.Progress(step, 4);
            Assert.True(await events.MoveNextAsync());
            Assert.Equal((step, 4), (events.Current.Progress.StepsDone, events.Current.Progress.Steps));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Progress_NobodyReads_OnlyTheNewestWaits()
    {
        for (var step = 1; step <= 3; step++)
        {
            _events.Progress(step, 4);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _events.End(new Ledger());

        Assert.Equal(3, Assert.Single(await ReadAsync(), static next => next.Progress is not null).Progress.StepsDone);
    }

    private async Task<List<ChainEvent>> ReadAsync()
    {
        var events = new List<ChainEvent>();
        await foreach (var next in _events.ReadAllAsync(CancellationToken.None))
            events.Add(next);
        return events;
    }
}
