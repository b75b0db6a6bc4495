using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Api.Tests.Generations.Events;

public sealed class EventStreamTests
{
    private static readonly GenerationJob _job =
        new([new GenerationRequest { Prompt = "a fox", Seed = 7, Count = 2 }], ChainPlan.Split) { PreviewEverySteps = 4 };

    [Fact]
    public async Task Events_JobFollowedToItsEnd_TellsBasesPicturesAndDoneWithTheLedger()
    {
        await using var host = new ApiHost();
        var point = host.Stages.Enhancing = new SyncPoint();
        var id = (await host.Engine.StartAsync(_job)).Id;
        await point.WaitForSyncPoint();

        using var events = await EventReader.OpenAsync(host.Client, id);
        var before = await events.UntilAsync("base");
        point.Continue();
        var all = before.Concat(await events.UntilAsync("done")).ToList();

        Assert.Null(await events.NextAsync());
        Assert.Equal("status", all[0].Name);
        Assert.Equal(2, all.Count(one => one.Name == "base"));
        Assert.Equal([0, 1], all.Where(one => one.Name == "picture").Select(one => Json(one).GetProperty("index").GetInt32()).Order());
        Assert.StartsWith("/api/artifacts/bases/", Json(all.First(one => one.Name == "base")).GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.True(Json(all[^1]).GetProperty("ledger").GetProperty("totalMs").GetDouble() > 0);
        Assert.Equal(2, Json(all[^1]).GetProperty("pictures").GetArrayLength());
    }

    [Fact]
    public async Task Events_ConnectedAgainAfterARestart_TellsOnlyWhatWasNotTold()
    {
        await using var host = new ApiHost();
        var point = host.Stages.Enhancing = new SyncPoint();
        var id = (await host.Engine.StartAsync(_job)).Id;
        await point.WaitForSyncPoint();
        string last;
        using (var first = await EventReader.OpenAsync(host.Client, id))
        {
            await first.UntilAsync("base");
            last = (await first.UntilAsync("base"))[^1].Id;
        }

        host.Stages.Enhancing = null;
        await host.RestartAsync();
        using var second = await EventReader.OpenAsync(host.Client, id, last);
        var rest = await second.UntilAsync("done");

        Assert.DoesNotContain(rest, one => one.Name is "base" or "preview");
        Assert.Equal(2, rest.Count(one => one.Name == "picture"));
    }

    [Fact]
    public async Task Events_ConnectedAgainAfterDone_Is204()
    {
        await using var host = new ApiHost();
        var id = (await host.Engine.StartAsync(_job)).Id;
        using var events = await EventReader.OpenAsync(host.Client, id);
        var done = (await events.UntilAsync("done"))[^1];
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/generations/{id}/events");
        request.Headers.Add("Last-Event-ID", done.Id);

        using var answer = await host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    [Fact]
    public async Task Events_UnknownJob_Is404()
    {
        await using var host = new ApiHost();

        using var answer = await host.Client.GetAsync(new Uri("api/generations/nothing/events", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Events_NothingHappens_SendsACommentAfter15Seconds()
    {
        var time = new FakeTimeProvider();
        await using var host = new ApiHost(time: time);
        var point = host.Stages.Enhancing = new SyncPoint();
        var id = (await host.Engine.StartAsync(_job)).Id;
        await point.WaitForSyncPoint();
        using var events = await EventReader.OpenAsync(host.Client, id);
        await events.UntilAsync("base");
        await events.UntilAsync("base");

        // The stream may not have begun to wait yet: its clock goes on until it has.
        var comment = events.NextAsync();
        while (!comment.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        Assert.Equal(new EventReader.Event("", "", ""), await comment);
        point.Continue();
    }

    [Fact]
    public async Task Events_CallerGoesAway_StopsWatchingAndTheJobGoesOn()
    {
        WatchedEngine watched = null!;
        await using var host = new ApiHost(around: inner => watched = new WatchedEngine(inner));
        var point = host.Stages.Enhancing = new SyncPoint();
        var id = (await host.Engine.StartAsync(_job)).Id;
        await point.WaitForSyncPoint();
        using (var events = await EventReader.OpenAsync(host.Client, id))
            await events.UntilAsync("base");

        await watched.Left.WaitAsync(TimeSpan.FromSeconds(60));

        point.Continue();
        await foreach (var status in host.Engine.WatchAsync(id))
            Assert.NotEqual(JobState.Cancelled, status.State);
    }

    [Fact]
    public async Task Events_HostEnds_EndTheStreamWithoutDone()
    {
        await using var host = new ApiHost();
        var point = host.Stages.Enhancing = new SyncPoint();
        var id = (await host.Engine.StartAsync(_job)).Id;
        await point.WaitForSyncPoint();
        using var events = await EventReader.OpenAsync(host.Client, id);
        await events.UntilAsync("base");

        host.Lifetime.StopApplication();

        var last = await events.NextAsync();
        while (last is not null)
        {
            Assert.NotEqual("done", last.Name);
            last = await events.NextAsync();
        }

        point.Continue();
    }

    private static JsonElement Json(EventReader.Event one) => JsonElement.Parse(one.Data);

    private sealed class WatchedEngine(IKeyedEngine inner) : PassingEngine
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Left => _left.Task;

        protected override IKeyedEngine Inner => inner;

        public override async IAsyncEnumerable<JobStatus> WatchAsync(
            string id, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            try
            {
                await foreach (var status in inner.WatchAsync(id, cancellationToken))
                    yield return status;
            }
            finally
            {
                _left.TrySetResult();
            }
        }
    }
}
