using Aigc.Artifacts;
using Aigc.Inference.Client.Resilience;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests.Resilience;

/// <summary>A host that takes calls and fails them.</summary>
public sealed class BreakerTests : RemoteTest
{
    private static readonly TimeSpan _break = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Understand_HostFailsFourCalls_IsSentNoneUntilOneAloneFindsItWell()
    {
        var host = await HostAsync();
        var stages = await BrokenAsync(host);
        var call = UnderstandAsync(stages);
        await Time.WaitForWait(_break);
        Assert.Equal(4, Understands(host));
        var probe = new SyncPoint();
        host.OnUnary = context => probe.WaitToContinue(context.CancellationToken);
        Time.Advance(_break);
        await probe.WaitForSyncPoint();
        var second = UnderstandAsync(stages);
        Assert.Equal(5, Understands(host));

        probe.Continue();

        await Task.WhenAll(call, second);
        Assert.Equal(6, Understands(host));
    }

    [Fact]
    public async Task Understand_ProbeFails_TheCircuitStaysOpenAsLongAgain()
    {
        var host = await HostAsync();
        var stages = await BrokenAsync(host);
        var call = UnderstandAsync(stages);
        await Time.WaitForWait(_break);
        Time.Advance(_break);
        await Assert.ThrowsAsync<FaultException>(() => call);
        var next = UnderstandAsync(stages);
        await Time.WaitForWait(_break, 2);
        Assert.Equal(5, Understands(host));
        host.OnUnary = _ => Task.CompletedTask;
        Time.Advance(_break);
        await next;
        Assert.Equal(6, Understands(host));
    }

    [Fact]
    public async Task Understand_OneOfTwoHostsFails_TheOtherIsSentAll()
    {
        var (well, failing) = (await HostAsync(), await HostAsync());
        failing.OnUnary = _ => throw new RpcException(new Status(StatusCode.Internal, "broken"));
        var stages = Stages(Options(well, failing));
        var faults = 0;
        for (var i = 0; i < 20; i++)
        {
            try
            {
                await UnderstandAsync(stages);
            }
            catch (FaultException e) when (e.Kind == FaultKind.Internal)
            {
                faults++;
            }
        }

        Assert.Equal((5, 5, 15), (faults, Understands(failing), Understands(well)));
    }

    [Fact]
    public async Task Understand_CallsAtFaultThemselves_OpenNothing()
    {
        var host = await HostAsync();
        host.OnUnary = _ => throw new RpcException(new Status(StatusCode.InvalidArgument, "odd"));
        var stages = Stages(Options(host));
        for (var i = 0; i < 10; i++)
            await Assert.ThrowsAsync<FaultException>(() => UnderstandAsync(stages));
        Assert.Equal(10, Understands(host));
    }

    private static RemoteStagesOptions Options(params FakeHost[] hosts) => new()
    {
        Hosts = [.. hosts.Select(h => h.Address)],
        Watch = false,
        Resilience = new ResilienceOptions { Breaker = new BreakerOptions { MinimumThroughput = 5, BreakDuration = _break } },
    };

    private static int Understands(FakeHost host) => host.Calls.Count(call => call == "Understand");

    private static Task<UnderstandOutput> UnderstandAsync(RemoteStages stages) =>
        stages.UnderstandAsync(new UnderstandInput(["a red circle"]), CancellationToken.None);

    private async Task<RemoteStages> BrokenAsync(FakeHost host)
    {
        host.OnUnary = _ => throw new RpcException(new Status(StatusCode.Internal, "broken"));
        var stages = Stages(Options(host));
        // That it describes itself is the first of five.
        for (var i = 0; i < 4; i++)
            Assert.Equal(FaultKind.Internal, (await Assert.ThrowsAsync<FaultException>(() => UnderstandAsync(stages))).Kind);
        return stages;
    }
}
