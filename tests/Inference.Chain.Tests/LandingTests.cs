using Aigc.TestKit;
using static Aigc.Inference.Chain.Tests.ChainHost;

namespace Aigc.Inference.Chain.Tests;

/// <summary>A picture may outlive the call it was made for; what disposes the models waits for it.</summary>
public sealed class LandingTests : ChainTest
{
    [Fact]
    public async Task DisposeAsync_CallerHasLeftWhileANetworkRuns_WaitsForIt()
    {
        var host = Host();
        var held = new SyncPoint();
        host.Networks.Running = network => Hold(held, network);
        using var cancel = new CancellationTokenSource();
        var running = host.RunAsync(Call(Order()), cancellationToken: cancel.Token);
        await held.WaitForSyncPoint();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var disposing = host.Chain.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        held.Continue();
        await disposing;
        Assert.True(host.Chain.WhenLandedAsync().IsCompleted);
    }

    private static void Hold(SyncPoint held, string network)
    {
        if (network == "decode")
            held.WaitToContinue().GetAwaiter().GetResult();
    }
}
