using Aigc.Artifacts;
using Aigc.TestKit;
using static Aigc.Inference.Chain.Tests.ChainHost;

namespace Aigc.Inference.Chain.Tests;

public sealed class SharedPictureTests : ChainTest
{
    [Fact]
    public async Task RunAsync_PictureIsStored_CostsOneLookUp()
    {
        var first = await Host().RunAsync(Call(Order()));
        Assert.False(first[0].Found);
        var host = Host();
        var caller = new NotingCaller();
        var again = await host.RunAsync(Call(Order()), caller);
        Assert.Equal(first[0] with { Found = true }, again[0]);
        Assert.Equal(["find pictures"], host.Store.Operations);
        Assert.Empty(host.Networks.Ran);
        Assert.Empty(host.Networks.Steps);
        Assert.False(host.Engine.Models.IsLoaded("fake"));
        caller.AssertProgressEndsAt(6);
    }

    [Fact]
    public async Task RunAsync_PictureIsStoredAndTheQueueIsFull_IsFoundAllTheSame()
    {
        await Host().RunAsync(Call(Order()));
        var host = Host(new() { Admission = new() { MaxQueuedSeconds = .001 } });
        var held = host.HoldAt(2);
        for (var rows = 1; rows <= 16; rows++)
            host.Engine.Costs.LearnStep("fake", new(4, 2, 2), rows, 1);
        var running = host.RunAsync(Call(Order(seed: 2)));
        await held.WaitForSyncPoint();
        Assert.True((await host.RunAsync(Call(Order())))[0].Found);
        var fault = await Assert.ThrowsAsync<FaultException>(() => host.RunAsync(Call(Order(seed: 3))));
        Assert.Equal(FaultKind.Overloaded, fault.Kind);
        Assert.NotNull(fault.RetryAfter);
        held.Continue();
        await running;
        Assert.Equal(6, host.Networks.Steps.Count);
    }

    [Fact]
    public async Task RunAsync_TwoCallsForOnePicture_ShareOneComputation()
    {
        var host = Host();
        var held = host.HoldAt(3);
        var (one, two) = (new NotingCaller(), new NotingCaller());
        var first = host.RunAsync(Call(Order()), one);
        await held.WaitForSyncPoint();
        var second = host.RunAsync(Call(Order()), two);
        await two.WhenAccepted;
        held.Continue();
        Assert.Equal((await first)[0], (await second)[0]);
        Assert.Equal((false, true), (one.Joined, two.Joined));
        Assert.Equal(6, host.Networks.Steps.Count);
        Assert.Equal(["text", "text", "decode", "enhance"], host.Networks.Ran);
        one.AssertProgressEndsAt(6);
        two.AssertProgressEndsAt(6);
        Assert.Equal((3, 6), two.Steps.First());
    }

    [Fact]
    public async Task RunAsync_OnePictureTwiceInACall_IsMadeOnceAndToldForBothPlaces()
    {
        var host = Host();
        var caller = new NotingCaller();
        var made = await host.RunAsync(Call(Order(), Order(seed: 2), Order()), caller);
        Assert.False(caller.Joined);
        Assert.Equal(made[0], made[2]);
        Assert.NotEqual(made[0].Artifact.Name, made[1].Artifact.Name);
        Assert.Equal([0, 1, 2], caller.Pictures.Select(told => told.Picture).Order());
        Assert.Equal(2, host.Networks.Ran.Count(network => network == "decode"));
        Assert.Equal((18, 18), caller.Steps.Last());
    }

    [Fact]
    public async Task RunAsync_FirstOfTwoCallsIsCancelled_TheOtherStillGetsThePicture()
    {
        var host = Host();
        var held = host.HoldAt(3);
        using var cancel = new CancellationTokenSource();
        var two = new NotingCaller();
        var first = host.RunAsync(Call(Order()), cancellationToken: cancel.Token);
        await held.WaitForSyncPoint();
        var second = host.RunAsync(Call(Order()), two);
        await two.WhenAccepted;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        held.Continue();
        Assert.Equal(await FreshAsync(Call(Order())), (await host.Store.ReadAsync((await second)[0].Artifact)).ToArray());
        Assert.Equal(6, host.Networks.Steps.Count);
        two.AssertProgressEndsAt(6);
    }

    [Fact]
    public async Task RunAsync_EveryCallIsCancelled_ThePictureLeavesBeforeItsNextStep()
    {
        var host = Host();
        var held = host.HoldAt(3);
        using var cancel = new CancellationTokenSource();
        var two = new NotingCaller();
        var first = host.RunAsync(Call(Order(steps: 50)), cancellationToken: cancel.Token);
        await held.WaitForSyncPoint();
        var second = host.RunAsync(Call(Order(steps: 50)), two, cancel.Token);
        await two.WhenAccepted;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        held.Continue();
        await host.RunAsync(Call(Order(seed: 2, steps: 2)));
        Assert.Equal(4 + 2, host.Networks.Steps.Count);
        Assert.Null(await host.Store.FindAsync(Order(steps: 50).Name((await host.Chain.DescribeAsync("")).Digest)));
    }

    [Fact]
    public async Task RunAsync_CallThatBeganThePictureIsRefused_TheOtherBeginsItItself()
    {
        var host = Host();
        for (var rows = 1; rows <= 16; rows++)
            host.Engine.Costs.LearnStep("fake", new(4, 2, 2), rows, 60);
        var held = new SyncPoint();
        host.Store.Before = (operation, _) => operation == "find" ? held.WaitToContinue() : Task.CompletedTask;
        var (one, two) = (new NotingCaller(), new NotingCaller());
        var soon = TimeProvider.System.GetTimestamp() + TimeProvider.System.TimestampFrequency;
        var first = host.RunAsync(Call(Order()) with { Deadline = soon }, one);
        await held.WaitForSyncPoint();
        var second = host.RunAsync(Call(Order()), two);
        await two.WhenAccepted;
        held.Continue();
        Assert.Equal(FaultKind.Overloaded, (await Assert.ThrowsAsync<FaultException>(() => first)).Kind);
        Assert.False((await second)[0].Found);
        Assert.Equal(6, host.Networks.Steps.Count);
        two.AssertProgressEndsAt(6);
        Assert.False(one.WhenAccepted.IsCompleted);
    }

    [Theory]
    [InlineData(true, FaultKind.NotFound)]
    [InlineData(false, FaultKind.DataLoss)]
    public async Task RunAsync_CallThatBeganThePictureGaveABadReference_TheOtherBeginsItItself(bool deleted, FaultKind kind)
    {
        var host = Host();
        var order = Order();
        var embedding = (await host.Chain.UnderstandAsync("", [order.Prompt], long.MaxValue, default)).Value[0];
        if (deleted)
            await host.Store.DeleteAsync(embedding.Name);
        else
            embedding = new ArtifactRef(embedding.Name, embedding.MediaType, embedding.Length, new string('0', 64));
        var call = Call(order, order) with { Embeddings = new Dictionary<string, ArtifactRef> { [order.Prompt] = embedding } };
        var held = new SyncPoint();
        host.Store.Before = (operation, _) => operation == "read" ? held.WaitToContinue() : Task.CompletedTask;
        var first = host.RunAsync(call);
        await held.WaitForSyncPoint();
        var two = new NotingCaller();
        var second = host.RunAsync(Call(order), two);
        await two.WhenAccepted;
        Assert.True(two.Joined);
        held.Continue();

        Assert.Equal(kind, (await Assert.ThrowsAsync<FaultException>(() => first)).Kind);
        Assert.False((await second)[0].Found);
        two.AssertProgressEndsAt(6);
    }

    [Fact]
    public async Task FindAsync_SomeStored_AnswersInOrderAndComputesNothing()
    {
        var made = await Host().RunAsync(Call(Order()));
        var host = Host();
        var found = await host.Chain.FindAsync(Call(Order(seed: 9), Order()), default);
        Assert.Equal([null, made[0] with { Found = true }], found.Value);
        Assert.Empty(host.Networks.Ran);
    }

    [Theory]
    [InlineData("pndm", 7)]
    [InlineData("euler_ancestral", 6)]
    [InlineData("lcm", 6)]
    public async Task RunAsync_Scheduler_ProgressCountsItsOwnSteps(string scheduler, int steps)
    {
        var host = Host();
        var caller = new NotingCaller();
        await host.RunAsync(Call(Order(scheduler: scheduler)), caller);
        Assert.Equal(steps, host.Networks.Steps.Count);
        caller.AssertProgressEndsAt(steps);
    }
}
