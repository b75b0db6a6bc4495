using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Functions.Activities;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Functions.Tests.Activities;

public sealed class ProgressReporterTests : IAsyncDisposable
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly RaisingClient _client = new();
    private readonly ConcurrentQueue<Exception> _unsent = new();

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Report_CallOfLessThanASecond_RaisesNothing()
    {
        await using (var reporter = Reporter())
        {
            reporter.Report(new StageProgress(1, 0));
            _time.Advance(0.99 * _second);
            reporter.Report(new StageProgress(3, 1));
        }

        _time.Advance(60 * _second);
        Assert.Equal(0, _client.Left);
    }

    [Fact]
    public async Task Report_CallGoesOn_RaisesCountsFromTheStartAndTheLatestPreviews()
    {
        await using var reporter = Reporter();

        reporter.Report(new StageProgress(2, 0) { Previews = [Preview(5, 1), Preview(4, 1)] });
        reporter.Report(new StageProgress(1, 0) { Previews = [Preview(5, 2)] });
        _time.Advance(_second);
        var first = await _client.NextAsync();
        reporter.Report(new StageProgress(4, 0));
        Assert.Equal(0, _client.Left);
        // Nothing more is reported: what was left waiting goes by itself.
        _time.Advance(_second);
        var second = await _client.NextAsync();

        Assert.Equal((4, 3), (first.Call, first.StepsDone));
        Assert.Equal([(4, 1), (5, 2)], first.Previews.Select(p => (p.Index, p.Step)));
        Assert.All(first.Previews, p => Assert.Null(p.Picture.Host));
        Assert.Equal(7, second.StepsDone);
        _time.Advance(600 * _second);
        Assert.Equal(0, _client.Left);
    }

    [Fact]
    public async Task Report_OneIsOnItsWay_WaitsForItsEndAndTellsTheLatest()
    {
        var point = new TestKit.SyncPoint();
        _client.Raising = point.WaitToContinue;
        await using var reporter = Reporter();
        reporter.Report(new StageProgress(1, 0));
        _time.Advance(_second);
        await _client.NextAsync();

        for (var i = 0; i < 5; i++)
        {
            reporter.Report(new StageProgress(1, 0));
            _time.Advance(10 * _second);
        }

        Assert.Equal(0, _client.Left);
        point.Continue();
        Assert.Equal(6, (await _client.NextAsync()).StepsDone);
    }

    [Fact]
    public async Task Report_RaisingFails_IsDroppedAndTheNextTellsAll()
    {
        _client.Raising = _ => throw new InvalidOperationException("no such instance");
        await using var reporter = Reporter();
        reporter.Report(new StageProgress(1, 0));
        _time.Advance(_second);
        await _client.NextAsync();
        _client.Raising = _ => Task.CompletedTask;

        reporter.Report(new StageProgress(2, 0));
        _time.Advance(_second);

        Assert.Equal(3, (await _client.NextAsync()).StepsDone);
        Assert.Equal("no such instance", Assert.Single(_unsent).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_OneIsOnItsWay_GivesItUp(bool heedsItsToken)
    {
        _client.Raising = token => Task.Delay(Timeout.Infinite, heedsItsToken ? token : default);
        var reporter = Reporter();
        reporter.Report(new StageProgress(1, 0));
        _time.Advance(_second);
        await _client.NextAsync();

        await reporter.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        reporter.Report(new StageProgress(1, 0));
        _time.Advance(60 * _second);
        Assert.Equal(0, _client.Left);
        Assert.Empty(_unsent);
    }

    [Fact]
    public async Task Report_CallHasNoShare_RaisesNothing()
    {
        await using var reporter = Reporter(reports: 0);

        reporter.Report(new StageProgress(1, 0));
        _time.Advance(600 * _second);

        Assert.Equal(0, _client.Left);
    }

    private static PreviewPicture Preview(int index, int step) =>
        new(index, step, new ArtifactRef($"previews/{index}/{step}.webp", "image/webp", 1, new string('a', 64), "host:1"));

    private ProgressReporter Reporter(int reports = 100)
    {
        var manifest = new ArtifactRef("jobs/job.json", "application/json", 1, new string('b', 64));
        return new ProgressReporter(_client, new StageMessage("job", manifest, [4, 5]) { Reports = reports }, _time, _unsent.Enqueue);
    }
}
