using Aigc.Artifacts;
using Aigc.TestKit;
using Microsoft.Extensions.Time.Testing;
using static Aigc.Inference.Chain.Tests.ChainHost;

namespace Aigc.Inference.Chain.Tests;

public sealed class CheckpointTests : ChainTest
{
    private static readonly ChainOptions _every3 = new() { CheckpointEverySteps = 3, CheckpointMinSeconds = 0 };

    [Fact]
    public async Task RunAsync_EveryKSteps_StoresCheckpointsAndDeletesThemOnceThePictureIsStored()
    {
        var host = Host(options: _every3);
        var caller = new NotingCaller();
        host.Networks.Stepping = jobs => caller.WaitUntilStored(jobs[0].Step == 9 ? 3 : 0);
        await host.RunAsync(Call(Order(steps: 10)), caller);
        await Task.WhenAll(Names(10, 3, 6, 9).Select(host.Store.Deleted));
        Assert.Equal([3, 6, 9], caller.Checkpoints.Select(checkpoint => checkpoint.Step).Order());
        Assert.Equal(Names(10, 3, 6, 9), caller.Checkpoints.Select(checkpoint => checkpoint.Artifact.Name).Order());
        Assert.Empty(await ListAsync(host));
        var operations = host.Store.Operations.ToList();
        Assert.True(operations.IndexOf("put pictures") < operations.IndexOf("delete checkpoints"));
    }

    [Fact]
    public async Task RunAsync_StepsTakeLong_StoresCheckpointsNoCloserThanTheLeastTime()
    {
        var time = new FakeTimeProvider();
        var host = Host(options: new ChainOptions { CheckpointEverySteps = 1, CheckpointMinSeconds = 3 }, time: time);
        var caller = new NotingCaller();
        host.Networks.Stepping = jobs =>
        {
            caller.WaitUntilStored(jobs[0].Step == 9 ? 3 : 0);
            time.Advance(TimeSpan.FromSeconds(1));
        };
        await host.RunAsync(Call(Order(steps: 10)), caller);
        await Task.WhenAll(Names(10, 3, 6, 9).Select(host.Store.Deleted));
        Assert.Equal([3, 6, 9], caller.Checkpoints.Select(checkpoint => checkpoint.Step).Order());
    }

    [Fact]
    public async Task RunAsync_CheckpointCannotBeStored_ThePictureIsMadeAllTheSame()
    {
        var host = Host(options: _every3);
        host.Store.Before = (operation, name) => operation == "put" && name.StartsWith("checkpoints", StringComparison.Ordinal)
            ? throw new FaultException(FaultKind.OutOfSpace, "full")
            : Task.CompletedTask;
        Assert.Equal(await FreshAsync(Call(Order(steps: 10))), await host.BytesAsync(Call(Order(steps: 10))));
    }

    [Fact]
    public async Task RunAsync_CheckpointCannotBeDeleted_ThePicturesTimesAreCountedOnce()
    {
        var log = new NotingLog();
        var host = Host(options: _every3, log: log);
        var caller = new NotingCaller();
        host.Networks.Stepping = jobs => caller.WaitUntilStored(jobs[0].Step == 9 ? 3 : 0);
        host.Store.Before = (operation, _) => operation == "delete" ? throw new IOException("in use") : Task.CompletedTask;
        await host.RunAsync(Call(Order(steps: 10)), caller);
        await host.Chain.WhenLandedAsync();
        Assert.Equal(3, host.Store.Operations.Count(operation => operation == "delete checkpoints"));
        Assert.Equal(log.Stages.Distinct().Order(), log.Stages.Order());
    }

    [Fact]
    public async Task WhenLandedAsync_PictureIsStored_WaitsUntilItsCheckpointsAreDeleted()
    {
        var host = Host(options: _every3);
        var (caller, held) = (new NotingCaller(), new SyncPoint());
        host.Networks.Stepping = jobs => caller.WaitUntilStored(jobs[0].Step == 9 ? 3 : 0);
        host.Store.Before = (operation, _) => operation == "delete" ? held.WaitToContinue() : Task.CompletedTask;
        await host.RunAsync(Call(Order(steps: 10)), caller);
        await held.WaitForSyncPoint();
        var landed = host.Chain.WhenLandedAsync();
        Assert.False(landed.IsCompleted);
        held.Continue();
        await landed;
        Assert.Empty(await ListAsync(host));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RunAsync_Cancelled_LeavesCheckpointsOnlyWhereItsCallerMayComeBack(bool discarded)
    {
        var host = Host(options: _every3);
        var (caller, held) = (new NotingCaller(), new SyncPoint());
        host.Networks.Stepping = jobs =>
        {
            caller.WaitUntilStored(jobs[0].Step == 5 ? 1 : 0);
            // The step after which there would be another checkpoint.
            if (jobs[0].Step == 5)
                held.WaitToContinue().GetAwaiter().GetResult();
        };
        using var cancel = new CancellationTokenSource();
        using var discard = new CancellationTokenSource();
        var running = host.RunAsync(Call(Order(steps: 10)) with { Discarded = discard.Token }, caller, cancel.Token);
        await held.WaitForSyncPoint();
        if (discarded)
            await discard.CancelAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await host.Chain.WhenLandedAsync();
        held.Continue();
        await host.Chain.DisposeAsync();
        Assert.Equal(discarded ? [] : Names(10, 3), await ListAsync(host));
    }

    [Fact]
    public async Task RunAsync_OneOfTwoCallsIsDiscardedAndTheOtherIsLost_KeepsTheCheckpoints()
    {
        var host = Host(options: _every3);
        var held = host.HoldAt(5);
        using var cancel = new CancellationTokenSource();
        var (one, two) = (new NotingCaller(), new NotingCaller());
        var lost = host.RunAsync(Call(Order(steps: 10)), one, cancel.Token);
        await held.WaitForSyncPoint();
        one.WaitUntilStored(1);
        var discarded = host.RunAsync(Call(Order(steps: 10)) with { Discarded = cancel.Token }, two, cancel.Token);
        await two.WhenAccepted;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lost);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => discarded);
        await host.Chain.WhenLandedAsync();
        held.Continue();
        await host.Chain.DisposeAsync();
        Assert.Equal(Names(10, 3), await ListAsync(host));
    }

    [Theory]
    [InlineData(true, "ddim")]
    [InlineData(false, "ddim")]
    [InlineData(true, "pndm")]
    [InlineData(false, "euler_ancestral")]
    [InlineData(false, "dpmpp_2m")]
    public async Task Drain_PictureUnderWay_LeavesACheckpointThatAnotherHostEndsOnTheSameBytes(bool byReference, string scheduler)
    {
        var order = Order(steps: 10, scheduler: scheduler);
        var checkpoint = await DrainAsync(order, heldAt: 4);
        Assert.Equal(5, checkpoint.Step);

        var host = Host();
        var caller = new NotingCaller();
        var call = byReference ? Call(order with { Checkpoint = checkpoint.Artifact }) : Call(order) with { Resume = true };
        Assert.Equal(await FreshAsync(Call(order)), await host.BytesAsync(call, caller));
        var steps = scheduler == "pndm" ? 11 : 10;
        Assert.Equal(steps - 5, host.Networks.Steps.Count);
        caller.AssertProgressEndsAt(steps);
        Assert.Equal((5, steps), caller.Steps.First());
        await host.Store.Deleted(checkpoint.Artifact.Name);
        Assert.Empty(await ListAsync(host));
    }

    [Fact]
    public async Task RunAsync_ResumeWithNothingStored_BeginsAtTheStart()
    {
        var host = Host();
        Assert.Equal(await FreshAsync(Call(Order())), await host.BytesAsync(Call(Order()) with { Resume = true }));
        Assert.Equal(6, host.Networks.Steps.Count);
    }

    [Fact]
    public async Task RunAsync_NewestCheckpointIsDamaged_ResumesAtTheOneBeforeAndLeavesNone()
    {
        var order = Order(steps: 10);
        var newest = await DrainAsync(order, heldAt: 4, _every3);
        Damage(newest.Artifact);
        var host = Host();
        Assert.Equal(await FreshAsync(Call(order)), await host.BytesAsync(Call(order) with { Resume = true }));
        Assert.Equal(7, host.Networks.Steps.Count);
        await Task.WhenAll(Names(10, 3, 5).Select(host.Store.Deleted));
        Assert.Empty(await ListAsync(host));
    }

    [Fact]
    public async Task RunAsync_CheckpointGivenByNameIsDamaged_IsDataLoss()
    {
        var checkpoint = await DrainAsync(Order(steps: 10), heldAt: 4);
        Damage(checkpoint.Artifact);
        var fault = await Assert.ThrowsAsync<FaultException>(
            () => Host().RunAsync(Call(Order(steps: 10) with { Checkpoint = checkpoint.Artifact })));
        Assert.Equal(FaultKind.DataLoss, fault.Kind);
        Assert.Contains(checkpoint.Artifact.Name, fault.Message, StringComparison.Ordinal);
    }

    private async Task<(int Picture, int Step, ArtifactRef Artifact)> DrainAsync(
        PictureOrder order, int heldAt, ChainOptions? options = null)
    {
        var host = Host(options: options);
        var held = host.HoldAt(heldAt);
        var caller = new NotingCaller();
        var running = host.RunAsync(Call(order), caller);
        await held.WaitForSyncPoint();
        host.Engine.Batcher.Drain();
        held.Continue();
        Assert.Equal(FaultKind.Unavailable, (await Assert.ThrowsAsync<FaultException>(() => running)).Kind);
        // Whoever is told that the picture is lost knows its last checkpoint by then.
        return caller.Checkpoints.MaxBy(checkpoint => checkpoint.Step);
    }

    private void Damage(ArtifactRef artifact)
    {
        var path = Files.Combine(artifact.Name);
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private IEnumerable<string> Names(int steps, params IEnumerable<int> at)
    {
        var address = Order(steps: steps).Address(Root.Folder("fake").ComputeDigest());
        return at.Select(address.Checkpoint);
    }

    private static async Task<List<string>> ListAsync(ChainHost host)
    {
        var names = new List<string>();
        await foreach (var there in host.Store.ListAsync("checkpoints/"))
            names.Add(there.Name);
        return names;
    }
}
