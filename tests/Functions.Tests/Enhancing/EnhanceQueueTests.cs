using Aigc.Artifacts;
using Aigc.Functions.Enhancing;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Enhancing;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Azure.Storage.Queues;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Tests.Enhancing;

/// <summary>Enhancements in a real queue, each delivery of it by hand.</summary>
public sealed class EnhanceQueueTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [AzuriteFact]
    public async Task Split_BaseIsShownWhileItsMessageWaits_ThenThePicture()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        var id = await StartAsync(host);
        var message = await queue.TakeAsync();

        var based = await BasedAsync(host, id);
        await queue.WorkAsync(host, message);
        var done = await host.DoneAsync(id);

        Assert.Equal((JobState.Running, 0, 1), (based.State, based.Pictures.Count, based.Bases.Count));
        Assert.Equal((JobState.Completed, 1, 0), (done.State, done.Pictures.Count, done.Bases.Count));
        Assert.Equal(0, await TestQueue.CountAsync(queue.Queue));
        Assert.Equal(1, Enhanced(host));
    }

    [AzuriteFact]
    public async Task Message_HoldsReferencesAndNoTextOfTheJob()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        var id = await StartAsync(host);

        var text = (await queue.TakeAsync()).Body.ToString();

        var work = EnhanceWork.Parse(text);
        Assert.Equal((id, 1, 1), (work.JobId, work.Pictures.Count, work.Try));
        Assert.DoesNotContain("fox", text, StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Worker_LostBeforeItBegan_MessageComesBack()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        var id = await StartAsync(host);
        await queue.TakeAsync();

        var again = await queue.TakeAsync();
        await queue.WorkAsync(host, again);

        Assert.Equal(2, again.DequeueCount);
        Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
        Assert.Equal(1, Enhanced(host));
    }

    [AzuriteFact]
    public async Task Worker_LostBeforeItAnswered_PictureIsMadeOnceAndFoundTheSecondTime()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client, around: stages => new FindingStages(stages));
        var id = await StartAsync(host);
        var first = await queue.TakeAsync();
        await Assert.ThrowsAsync<IOException>(() => host.Worker.WorkAsync(
            first.Body.ToString(), first.DequeueCount, new DeafClient(host.Durable.Client), default));

        await queue.WorkAsync(host, await queue.TakeAsync());

        var done = await host.DoneAsync(id);
        Assert.Equal((JobState.Completed, true), (done.State, Assert.Single(done.Pictures).Found));
        Assert.Equal((1, 1), (host.Stages.Made[0], Enhanced(host)));
    }

    [AzuriteFact]
    public async Task Worker_ToldToEnd_LeavesTheMessageToAnother()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        var held = host.Stages.Hold(StageNames.Enhance);
        var id = await StartAsync(host);
        var first = await queue.TakeAsync();
        using var ending = new CancellationTokenSource();
        var lost = host.Worker.WorkAsync(first.Body.ToString(), first.DequeueCount, host.Durable.Client, ending.Token);
        await held.WaitForSyncPoint();
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        held.Continue();

        await queue.WorkAsync(host, await queue.TakeAsync());

        Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
        Assert.Equal(1, host.Stages.Made[0]);
    }

    [AzuriteFact]
    public async Task Delivery_Twice_CallsTheHostOnce()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        var held = host.Stages.Hold(StageNames.Enhance, 2);
        var id = (await host.Engine.StartAsync(TestJobs.Of(3, ChainPlan.Split))).Id;
        await using var pump = new QueuePump(queue, host);
        await held.WaitForSyncPoint();
        await ReachAsync(host, id, status => status.Pictures.Count == 2);

        // The job runs, and that of its enhancements has its answer.
        var again = new EnhanceWork(id, [0, 1], [Reference("a"), Reference("b")]) { Manifest = Reference("m"), ReplyTo = Answered(host) };
        await host.Worker.WorkAsync(again.ToText(), 1, host.Durable.Client, default);
        held.Continue();

        Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
        Assert.Equal(2, Enhanced(host));
    }

    [AzuriteFact]
    public async Task Workers_LostAgainAndAgain_FailThePictureClearlyAndKeepItsBase()
    {
        var queue = new TestQueue(azurite);
        var log = new KeptLog<EnhanceWorker>();
        await using var host = new AppHost(queue: queue.Client, log: log);
        var id = await StartAsync(host);
        for (var i = 0; i < EnhanceWorker.MaxDeliveries; i++)
            await queue.FailAsync();

        var last = await queue.TakeAsync();
        await queue.WorkAsync(host, last);

        var done = await host.DoneAsync(id);
        Assert.Equal((JobState.Failed, FaultKind.Internal), (done.State, done.Fault!.Kind));
        Assert.Contains("taken 5 times", done.Fault.Message, StringComparison.Ordinal);
        Assert.Single(done.Bases);
        Assert.Equal(0, Enhanced(host));
        Assert.Equal([last.Body.ToString()], await TestQueue.TextsAsync(queue.Poison));
        Assert.Equal(0, await TestQueue.CountAsync(queue.Queue));
        Assert.StartsWith("Error: An enhancement of job", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Cancelled_MessageDoesNothingAndNothingWaitsForIt()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        var id = await StartAsync(host);
        var message = await queue.TakeAsync();
        await BasedAsync(host, id);
        Assert.True(await host.Engine.CancelAsync(id));
        Assert.Equal(JobState.Cancelled, (await host.DoneAsync(id)).State);

        await queue.WorkAsync(host, message);
        await host.Durable.WhenIdle().WaitAsync(_limit);

        Assert.Equal(0, Enhanced(host));
        Assert.All(host.Durable.Client.GetAllInstancesAsync().ToBlockingEnumerable(), instance => Assert.True(instance.IsCompleted));
    }

    [AzuriteFact]
    public async Task Purged_MessageDoesNothing()
    {
        var queue = new TestQueue(azurite);
        var log = new KeptLog<EnhanceWorker>();
        await using var host = new AppHost(queue: queue.Client, log: log);
        var id = await StartAsync(host);
        var message = await queue.TakeAsync();
        await host.Durable.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions(null, Recursive: true));
        await host.Durable.Client.PurgeInstanceAsync(id, new PurgeInstanceOptions(Recursive: true));

        await queue.WorkAsync(host, message);

        Assert.Equal((0, 0), (Enhanced(host), (await TestQueue.TextsAsync(queue.Poison)).Length));
        Assert.StartsWith("Information: Nobody waits", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [AzuriteFact]
    public async Task Garbage_IsRefusedOnceAndSetAside_AndTheRestGoesOn()
    {
        var queue = new TestQueue(azurite);
        var log = new KeptLog<EnhanceWorker>();
        await using var host = new AppHost(queue: queue.Client, log: log);
        await queue.Queue.CreateAsync();
        string[] garbage = ["hello", "{}", """{"jobId":"j","pictures":[0],"bases":["artifact:v1:x"]}""", new string('x', 40_000)];
        foreach (var text in garbage)
            await queue.Queue.SendMessageAsync(text);
        var id = await StartAsync(host);

        await using (new QueuePump(queue, host))
        {
            Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
            Assert.Equal(garbage.Order(StringComparer.Ordinal), await TestQueue.UntilAsync(queue.Poison, garbage.Length));
        }

        Assert.Equal(garbage.Length, log.Lines.Count(line => line.StartsWith("Error: A message", StringComparison.Ordinal)));
    }

    [AzuriteFact]
    public async Task FaultThatPasses_IsSentAgainAndMadeOnce()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        host.Stages.Fail(StageNames.Enhance, 0, new FaultException(FaultKind.Unavailable, "no host enhances"), times: 1);
        var id = await StartAsync(host);

        await queue.WorkAsync(host, await queue.TakeAsync());
        var second = await queue.TakeAsync();
        await queue.WorkAsync(host, second);

        Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
        Assert.Equal((2, 1), (EnhanceWork.Parse(second.Body.ToString()).Try, host.Stages.Made[0]));
    }

    [AzuriteFact]
    public async Task Events_OfOthersAndOfEarlierTries_AreNotTakenForTheAnswer()
    {
        var queue = new TestQueue(azurite);
        await using var host = new AppHost(queue: queue.Client);
        var id = await StartAsync(host);
        var message = await queue.TakeAsync();
        var waiting = EnhanceWork.Parse(message.Body.ToString()).ReplyTo!;
        object?[] others =
        [
            null, "text", 17, new { Answer = "x" },
            new EnhanceAnswer(null, new FaultMessage(FaultKind.BadRequest, "of an earlier try", null)) { Try = 0 },
            new EnhanceAnswer(new StageAnswer(), null) { Try = 1 },
        ];
        foreach (var other in others)
            await host.Durable.Client.RaiseEventAsync(waiting, JobNames.EnhancedEvent, other);

        await queue.WorkAsync(host, message);

        Assert.Equal(JobState.Completed, (await host.DoneAsync(id)).State);
    }

    [Fact]
    public async Task Send_QueueCannotBeReached_IsUnavailable()
    {
        var service = new QueueServiceClient(new Uri("http://127.0.0.1:1/account"), new QueueClientOptions { Retry = { MaxRetries = 0 } });
        var queue = new EnhanceQueueClient(service, "enhance");
        var work = new EnhanceWork("j", [0], [Reference("a")]);

        var fault = await Assert.ThrowsAsync<FaultException>(() => queue.SendAsync(work, default).AsTask());

        Assert.Equal(FaultKind.Unavailable, fault.Kind);
    }

    private static async Task<string> StartAsync(AppHost host) => (await host.Engine.StartAsync(TestJobs.Of(1, ChainPlan.Split))).Id;

    private static int Enhanced(AppHost host) => host.Stages.Calls.Count(call => call.StartsWith("Enhance", StringComparison.Ordinal));

    private static string Answered(AppHost host) => host.Durable.Client.GetAllInstancesAsync().ToBlockingEnumerable()
        .Single(instance => instance.Name == JobNames.EnhanceOrchestrator && instance.IsCompleted).InstanceId;

    private static ArtifactRef Reference(string name) => new($"bases/{name}.png", "image/png", 1, new string('0', 64));

    private static Task<JobStatus> BasedAsync(AppHost host, string id) => ReachAsync(host, id, status => status.Bases.Count == 1);

    private static async Task<JobStatus> ReachAsync(AppHost host, string id, Func<JobStatus, bool> wanted)
    {
        using var limit = new CancellationTokenSource(_limit);
        await foreach (var status in host.Engine.WatchAsync(id, limit.Token))
        {
            if (wanted(status))
                return status;
        }

        throw new InvalidOperationException("the job has ended and was never as wanted");
    }
}
