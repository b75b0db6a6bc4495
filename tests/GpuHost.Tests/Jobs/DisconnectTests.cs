using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Chain;

namespace Aigc.GpuHost.Tests.Jobs;

/// <summary>What becomes of a call whose caller goes away is the caller's choice.</summary>
public sealed class DisconnectTests
{
    private const int Steps = 20;

    [Fact]
    public async Task Run_CallerGoesAway_ItsPictureLeavesTheBatchBeforeTheNextStep()
    {
        await using var host = await TestHost.StartAsync();
        var held = host.Gate.HoldAt(step: 2);
        using (var call = host.Client.Run(Calls.Run(Calls.Picture(1, Steps))))
        {
            await held.WaitForSyncPoint();
            await call.UntilAsync(ChainEvent.EventOneofCase.Accepted);
        }

        await host.Jobs.WhenIdleAsync();
        held.Continue();
        await host.RunAsync(Calls.Run(Calls.Picture(2, steps: 2)));

        Assert.Equal([2, 3], host.Gate.Steps);
    }

    [Fact]
    public async Task Run_CallerGoesAwayButWantsItFinished_ItIsStoredAndTheSameCallJoins()
    {
        await using var host = await TestHost.StartAsync();
        var held = host.Gate.HoldAt(step: 2);
        var request = Calls.Run(Calls.Picture(1, Steps));
        request.OnDisconnect = OnDisconnect.Finish;
        using (var call = host.Client.Run(request))
        {
            await held.WaitForSyncPoint();
            await call.UntilAsync(ChainEvent.EventOneofCase.Accepted);
        }

        using var again = host.Client.Run(request);
        var accepted = (await again.UntilAsync(ChainEvent.EventOneofCase.Accepted)).Accepted;
        held.Continue();
        var picture = Assert.Single((await again.AllAsync()).Pictures());

        Assert.True(accepted.Joined);
        Assert.NotNull(await host.Store.FindAsync(Artifacts.ArtifactRef.Parse(picture.Artifact).Name));
        Assert.Equal([Steps], host.Gate.Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_EndsMidPicture_KeepsItsCheckpointsUnlessItWasCancelledByItsId(bool cancelled)
    {
        await using var host = await TestHost.StartAsync("--Chain:CheckpointEverySteps", "1", "--Chain:CheckpointMinSeconds", "0");
        var held = host.Gate.HoldAt(step: 2);
        using (var call = host.Client.Run(Calls.Run(Calls.Picture(1, Steps))))
        {
            await held.WaitForSyncPoint();
            var id = (await call.UntilAsync(ChainEvent.EventOneofCase.Accepted)).Accepted.JobId;
            await call.UntilAsync(ChainEvent.EventOneofCase.Checkpoint);
            if (cancelled)
                Assert.True((await host.Client.CancelAsync(new CancelRequest { JobId = id })).Cancelled);
        }

        await host.Jobs.WhenIdleAsync();
        await host.Get<PictureChain>().WhenLandedAsync();
        held.Continue();
        var left = 0;
        await foreach (var _ in host.Store.ListAsync("checkpoints/"))
            left++;
        Assert.Equal(cancelled, left == 0);
    }

    [Fact]
    public async Task Run_NeighbourIsCancelled_ThePictureIsTheOneMadeAlone()
    {
        await using var alone = await TestHost.StartAsync();
        var expected = Assert.Single((await alone.RunAsync(Calls.Run(Calls.Picture(1, Steps)))).Pictures());

        await using var host = await TestHost.StartAsync();
        var held = host.Gate.HoldAt(step: 2, pictures: 2);
        using var kept = host.Client.Run(Calls.Run(Calls.Picture(1, Steps)));
        using (var lost = host.Client.Run(Calls.Run(Calls.Picture(2, Steps))))
            await held.WaitForSyncPoint();
        held.Continue();
        var picture = Assert.Single((await kept.AllAsync()).Pictures());

        Assert.Equal(Artifacts.ArtifactRef.Parse(expected.Artifact).Sha256, Artifacts.ArtifactRef.Parse(picture.Artifact).Sha256);
        await host.Jobs.WhenIdleAsync();
        Assert.True(host.Gate.Steps.First() < Steps);
    }
}
