using System.Text.Json;
using System.Text.Json.Nodes;
using Aigc.Artifacts;
using Aigc.Caching;
using Aigc.Functions.Configuration;
using Aigc.Functions.Jobs;
using Aigc.Functions.Maintenance;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Aigc.Functions.Tests.Jobs;

/// <summary>Jobs that ended, kept in a real Redis.</summary>
public sealed class EndedJobsTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
{
    // Long past any real wait, and short of how long a Redis is held up.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly string _scope = Guid.NewGuid().ToString("n");
    private readonly List<IAsyncDisposable> _opened = [];
    private SharedDocuments? _documents;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var one in _opened)
            await one.DisposeAsync();
    }

    [RedisTheory]
    [InlineData(1, ChainPlan.Fused)]
    [InlineData(3, ChainPlan.Split)]
    [InlineData(20, ChainPlan.Fused)]
    public async Task GetStatus_JobThatEnded_IsTheSameWithoutALookAtTheHub(int pictures, ChainPlan plan)
    {
        await using var host = new AppHost(ended: Open());
        var done = await DoneAsync(host, TestJobs.Of(pictures, plan));
        var client = new LookingClient(host.Durable.Client);

        var kept = (await Engine(host, client, Open()).GetStatusAsync(done.Id))!;

        Assert.Equal(0, client.Looks);
        Assert.Equal(Text(await Engine(host, client, ended: null).GetStatusAsync(done.Id)), Text(kept));
        Assert.Equal((JobState.Completed, pictures), (kept.State, kept.Pictures.Count));
    }

    [RedisFact]
    public async Task GetStatus_JobThatFailed_KeepsItsBasesAndFault()
    {
        await using var host = new AppHost(ended: Open());
        host.Stages.Fail(StageNames.Enhance, 0, new FaultException(FaultKind.BadRequest, "no"));
        var done = await DoneAsync(host, TestJobs.Of(1, ChainPlan.Split));
        var client = new LookingClient(host.Durable.Client);

        var kept = (await Engine(host, client, Open()).GetStatusAsync(done.Id))!;

        Assert.Equal(0, client.Looks);
        Assert.Equal((JobState.Failed, FaultKind.BadRequest, 1), (kept.State, kept.Fault!.Kind, kept.Bases.Count));
        Assert.Equal(Text(await Engine(host, client, ended: null).GetStatusAsync(done.Id)), Text(kept));
    }

    [RedisFact]
    public async Task Watch_JobThatEnded_GivesItsEndWithoutALookAtTheHub()
    {
        await using var host = new AppHost(ended: Open());
        var done = await DoneAsync(host, TestJobs.Of(1));
        var client = new LookingClient(host.Durable.Client);
        var seen = new List<JobStatus>();

        await foreach (var status in Engine(host, client, Open()).WatchAsync(done.Id))
            seen.Add(status);

        Assert.Equal((0, JobState.Completed), (client.Looks, Assert.Single(seen).State));
    }

    [RedisFact]
    public async Task GetStatus_JobThatRuns_IsReadFromTheHubEachTime()
    {
        await using var host = new AppHost(ended: Open());
        var held = host.Stages.Hold(StageNames.RunChain);
        var id = (await host.Engine.StartAsync(TestJobs.Of(1))).Id;
        await held.WaitForSyncPoint();
        var client = new LookingClient(host.Durable.Client);
        var engine = Engine(host, client, Open());

        Assert.Equal(JobState.Running, (await engine.GetStatusAsync(id))!.State);
        Assert.Equal(JobState.Running, (await engine.GetStatusAsync(id))!.State);

        Assert.Equal(2, client.Looks);
        held.Continue();
        await host.DoneAsync(id);
    }

    [RedisFact]
    public async Task Prompts_AreNotInTheEntry()
    {
        await using var host = new AppHost(ended: Open());
        var done = await DoneAsync(host, TestJobs.Of(1));

        var entry = System.Text.Encoding.UTF8.GetString((await Documents().FindAsync(Key(done.Id)))!);
        Assert.DoesNotContain("fox", entry, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Delete_Job_IsForgottenByEveryInstance()
    {
        await using var host = new AppHost(ended: Open());
        var done = await DoneAsync(host, TestJobs.Of(1));
        var other = Engine(host, new LookingClient(host.Durable.Client), Open());
        Assert.NotNull(await other.GetStatusAsync(done.Id));

        Assert.True(await host.Engine.DeleteAsync(done.Id));

        Assert.Null(await Documents().FindAsync(Key(done.Id)));
        Assert.Null(await other.GetStatusAsync(done.Id));
    }

    [RedisFact]
    public async Task Purge_Job_IsForgotten()
    {
        var ended = Open();
        await using var host = new AppHost(ended: ended);
        var done = await DoneAsync(host, TestJobs.Of(1));
        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.MaxValue.AddYears(-1));

        await new JobPurge(host.Store, Options.Create(new FunctionsOptions()), later, NullLogger<JobPurge>.Instance, ended)
            .RunAsync(host.Durable.Client, default);

        Assert.Null(await Documents().FindAsync(Key(done.Id)));
        Assert.Null(await host.Engine.GetStatusAsync(done.Id));
    }

    [RedisFact]
    public async Task GetStatus_EntryOutlivedItsDeletedJob_IsNoJob()
    {
        await using var host = new AppHost(ended: Open());
        var done = await DoneAsync(host, TestJobs.Of(1));
        var entry = (await Documents().FindAsync(Key(done.Id)))!;
        await host.Engine.DeleteAsync(done.Id);
        await Documents().KeepAsync(Key(done.Id), entry);

        Assert.Null(await host.Engine.GetStatusAsync(done.Id));

        Assert.Null(await Documents().FindAsync(Key(done.Id)));
    }

    [RedisTheory]
    [InlineData(null)]
    [InlineData("job")]
    [InlineData("acceptedAt")]
    [InlineData("outcome")]
    [InlineData("pictures")]
    [InlineData("outcome.state")]
    [InlineData("outcome.made")]
    [InlineData("outcome.parts")]
    [InlineData("outcome.endedAt")]
    public async Task GetStatus_SomebodyElseWroteTheEntry_AsksTheHubAndForgetsIt(string? member)
    {
        await using var host = new AppHost(ended: Open());
        var done = await DoneAsync(host, TestJobs.Of(1));
        var entry = JsonNode.Parse((await Documents().FindAsync(Key(done.Id)))!)!;
        var poison = member is null ? "garbage"u8.ToArray() : JsonSerializer.SerializeToUtf8Bytes(Poisoned(entry, member));
        await Documents().KeepAsync(Key(done.Id), poison);
        var client = new LookingClient(host.Durable.Client);
        var engine = Engine(host, client, Open());

        Assert.Equal(Text(done), Text(await engine.GetStatusAsync(done.Id)));

        Assert.Equal(1, client.Looks);
        Assert.Null(await Documents().FindAsync(Key(done.Id)));
    }

    [RedisFact]
    public async Task GetStatus_EntryOfAnotherJob_AsksTheHub()
    {
        await using var host = new AppHost(ended: Open());
        var (first, second) = (await DoneAsync(host, TestJobs.Of(1)), await DoneAsync(host, TestJobs.Of(2)));
        await Documents().KeepAsync(Key(first.Id), (await Documents().FindAsync(Key(second.Id)))!);

        Assert.Single((await host.Engine.GetStatusAsync(first.Id))!.Pictures);
    }

    [RedisFact]
    public async Task Job_RedisFull_IsDoneAndAnswered()
    {
        Assert.Equal("+OK", await redis.CommandAsync("CONFIG", "SET", "maxmemory", "1"));
        try
        {
            await AnsweredAsync();
        }
        finally
        {
            await redis.CommandAsync("CONFIG", "SET", "maxmemory", "0");
        }
    }

    [RedisFact]
    public async Task Job_RedisHangs_IsDoneAndAnsweredMeanwhile()
    {
        var hanging = redis.CommandAsync("DEBUG", "SLEEP", "300");

        await AnsweredAsync();

        Assert.False(hanging.IsCompleted);
        redis.Kill();
        await Assert.ThrowsAnyAsync<IOException>(async () => Assert.Empty(await hanging is "" ? throw new IOException() : "answered"));
        await redis.RestartAsync();
    }

    [RedisFact]
    public async Task Job_RedisGone_IsDoneAnsweredAndDeleted()
    {
        redis.Kill();

        await AnsweredAsync();

        await redis.RestartAsync();
    }

    private async Task AnsweredAsync()
    {
        // As impatient as a process that nobody has told otherwise.
        await using var host = new AppHost(ended: Open(new SharedCacheOptions().Timeout));
        var status = await host.RunAsync(TestJobs.Of(1)).WaitAsync(_limit);
        Assert.Equal(JobState.Completed, status.State);
        Assert.True(await host.Engine.DeleteAsync(status.Id).WaitAsync(_limit));
        Assert.Null(await host.Engine.GetStatusAsync(status.Id).WaitAsync(_limit));
    }

    private static JsonNode Poisoned(JsonNode entry, string member)
    {
        var path = member.Split('.');
        var parent = path[..^1].Aggregate(entry, (node, name) => node[name]!);
        parent[path[^1]] = member switch
        {
            "job" => "artifact:v1:0000000000000000000000000000000000000000000000000000000000000000:1:jobs/other.json:application/json",
            "pictures" or "outcome.made" => 2,
            "outcome.parts" => int.MaxValue,
            "outcome.state" => "running",
            _ => null,
        };
        return entry;
    }

    private static string Text(JobStatus? status) => JsonSerializer.Serialize(status, Pipeline.PipelineJson.Default.JobStatus);

    private static DurableEngine Engine(AppHost host, LookingClient client, EndedJobs? ended) =>
        new(client, host.Store, host.Stages, host.Planner, host.Options, TimeProvider.System, ended);

    /// <summary>Runs a job, and waits until it is kept: that comes after its end.</summary>
    private async Task<JobStatus> DoneAsync(AppHost host, Pipeline.Requests.GenerationJob job)
    {
        var id = (await host.Engine.StartAsync(job)).Id;
        await host.Durable.Client.WaitForInstanceCompletionAsync(id).WaitAsync(_limit);
        using var limit = new CancellationTokenSource(_limit);
        while (await Documents().FindAsync(Key(id), limit.Token) is null)
            await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);
        return await host.DoneAsync(id);
    }

    private string Key(string id) => $"job:{_scope}:{id}";

    private SharedDocuments Documents() => _documents ??= Connect();

    /// <summary>What one process keeps.</summary>
    private EndedJobs Open(TimeSpan? timeout = null)
    {
        var ended = new EndedJobs(Connect(timeout), _scope);
        _opened.Insert(0, ended);
        return ended;
    }

    private SharedDocuments Connect(TimeSpan? timeout = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        // A busy machine makes no Redis slow, unless that is what a test is about.
        services.AddSharedCache(new SharedCacheOptions { Redis = redis.Configuration, Timeout = timeout ?? _limit });
        var provider = services.BuildServiceProvider();
        _opened.Add(provider);
        return provider.GetRequiredService<SharedDocuments>();
    }
}
