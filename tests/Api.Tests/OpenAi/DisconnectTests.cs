using System.Net.Http.Json;
using Aigc.Pipeline.Engine;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>Clients that leave before their answer is whole.</summary>
public sealed class DisconnectTests
{
    // Long past any cancelling here: a job that goes on fails the test.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_ClientLeaves_CancelsItsJobAndNoOther(bool stream)
    {
        var making = new SyncPoint();
        ScriptedStages? stages = null;
        await using var server = await ApiServer.StartAsync(
            store => stages = new ScriptedStages(store, (_, cancellationToken) => making.WaitToContinue(cancellationToken)));
        using var leaving = new CancellationTokenSource();
        var left = server.Client.PostAsJsonAsync("v1/images/generations", new { prompt = "leaves", stream }, leaving.Token);
        await making.WaitForSyncPoint();
        var stays = server.Client.PostAsJsonAsync("v1/images/generations", new { prompt = "stays", stream });

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        await stages!.Cancelled.WaitAsync(_limit);
        making.Continue();

        Assert.True((await stays).IsSuccessStatusCode);
        var jobs = await EndedAsync(server);
        Assert.Equal(JobState.Cancelled, jobs.Single(job => job.Job.Requests[0].Prompt == "leaves").State);
        Assert.Equal(JobState.Completed, jobs.Single(job => job.Job.Requests[0].Prompt == "stays").State);
    }

    [OpenAiClientFact]
    public async Task Stream_JavaScriptClientBreaksOff_CancelsItsJob()
    {
        ScriptedStages? stages = null;
        await using var server = await ApiServer.StartAsync(store => stages = new ScriptedStages(store, async (making, cancellationToken) =>
        {
            await making.PreviewAsync(0, 1);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }));

        var events = await OpenAiClient.CallAsync(server.Address, "firstEvent", new { prompt = "a", partial_images = 1 });

        Assert.Equal("image_generation.partial_image", Assert.Single(events.EnumerateArray()).GetProperty("type").GetString());
        await stages!.Cancelled.WaitAsync(_limit);
        Assert.Equal(JobState.Cancelled, Assert.Single(await EndedAsync(server)).State);
    }

    private static async Task<List<JobStatus>> EndedAsync(ApiServer server)
    {
        var ended = new List<JobStatus>();
        foreach (var job in (await server.Engine.ListAsync()).Jobs)
            ended.Add(await server.Engine.WatchAsync(job.Id).LastAsync());
        return ended;
    }
}
