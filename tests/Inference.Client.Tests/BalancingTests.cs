using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Pipeline.Stages;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests;

/// <summary>Each policy over hosts that tell their loads.</summary>
public sealed class BalancingTests : RemoteTest
{
    // Half of the life of figures: what a watch waits for after each word.
    private static readonly TimeSpan _heard = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task RunChain_LeastLoaded_FollowsWhatHostsTell()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        (one.Load, two.Load) = (Queued(9), Queued(0.5));
        var stages = await WatchingAsync(Balancing.LeastLoaded, one, two);

        for (var i = 0; i < 4; i++)
            await RunAsync(stages);
        Assert.Equal((0, 4), (one.Runs.Count, two.Runs.Count));
        one.Tell(Queued(0.1));
        await Time.WaitForWait(_heard, 3);
        await RunAsync(stages);

        Assert.Equal((1, 4), (one.Runs.Count, two.Runs.Count));
    }

    [Fact]
    public async Task RunChain_LeastLoadedAndHostsTellNoLoad_GoesRound()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        one.OnLoad = two.OnLoad = _ => throw new RpcException(new Status(StatusCode.Unimplemented, "a host of an earlier release"));
        var stages = Stages(new RemoteStagesOptions { Hosts = [one.Address, two.Address] });
        await Time.WaitForWait(TimeSpan.FromSeconds(5), 2);
        await stages.DescribeAsync(CancellationToken.None);
        for (var i = 0; i < 6; i++)
            await RunAsync(stages);

        Assert.Equal((3, 3), (one.Runs.Count, two.Runs.Count));
    }

    [Fact]
    public async Task RunChain_Weighted_GivesHostsCallsByWhatTheyCanDo()
    {
        var (fast, slow) = (await HostAsync(), await HostAsync());
        (fast.Load, slow.Load) = (Steps(0.1), Steps(0.3));
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var host in Enumerable.Repeat(fast, 8).Concat(Enumerable.Repeat(slow, 8)))
        {
            host.Scripts.Enqueue(async chain =>
            {
                await end.Task;
                await chain.AnswerAsync();
            });
        }

        var stages = await WatchingAsync(Balancing.Weighted, fast, slow);
        var running = Enumerable.Range(0, 8).Select(_ => RunAsync(stages)).ToArray();
        end.SetResult();
        await Task.WhenAll(running);

        Assert.Equal((6, 2), (fast.Runs.Count, slow.Runs.Count));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gpu-7:5001")]
    public async Task Generate_Locality_GoesWhereItsInputsAreUnlessThatQueueCostsMore(string? own)
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        (one.Load, two.Load, one.Own) = (Queued(0.5), Queued(0.52), own);
        var stages = await WatchingAsync(Balancing.Locality, one, two);
        var understood = await stages.UnderstandAsync(new UnderstandInput(["a red circle"]), CancellationToken.None);
        Assert.Equal(own ?? one.Address.Authority, Assert.Single(understood.Embeddings).Host);
        var input = new GenerateInput(Pictures(1), new Dictionary<string, ArtifactRef> { ["a red circle"] = understood.Embeddings[0] });

        // The other is a little less loaded: not by as much as the embedding's way to it takes.
        one.Tell(Queued(0.53));
        await Time.WaitForWait(_heard, 3);
        var generated = await stages.GenerateAsync(input, Progress, CancellationToken.None);
        Assert.Equal((1, 0), (one.Generates.Count, two.Generates.Count));
        Assert.Equal(one.Address.Authority, Assert.Single(generated.Bases).Host);

        one.Tell(Queued(0.6));
        await Time.WaitForWait(_heard, 4);
        await stages.GenerateAsync(input, Progress, CancellationToken.None);
        Assert.Equal((1, 1), (one.Generates.Count, two.Generates.Count));
        await stages.EnhanceAsync(new EnhanceInput(Pictures(1), generated.Bases), Progress, CancellationToken.None);
        Assert.Contains("Enhance", two.Calls);
    }

    [Fact]
    public async Task Constructor_NoCallYet_OpensTheConnections()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        Stages(new RemoteStagesOptions { Hosts = [one.Address, two.Address] });
        await Task.WhenAll(one.Watched.Task, two.Watched.Task).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["WatchLoad"], one.Calls);
    }

    [Fact]
    public async Task Watch_NothingNew_IsAskedAnewSoThatFiguresStayFresh()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        (one.Load, two.Load) = (Queued(9), Queued(0.5));
        var stages = await WatchingAsync(Balancing.LeastLoaded, one, two);
        for (var i = 1; i <= 4; i++)
        {
            Time.Advance(_heard);
            await Time.WaitForWait(_heard, 2 + (2 * i));
        }

        await RunAsync(stages);
        Assert.Equal((0, 1), (one.Runs.Count, two.Runs.Count));
        Assert.Equal(5, one.Calls.Count(call => call == "WatchLoad"));
    }

    [Fact]
    public async Task Watch_HostIsKilledAndComesBack_IsPassedOverAndThenHeardAgain()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        (one.Load, two.Load) = (Queued(0.1), Queued(0.5));
        var stages = await WatchingAsync(Balancing.LeastLoaded, one, two);
        await one.KillAsync();
        await Time.WaitForWait(TimeSpan.FromMilliseconds(250));
        for (var i = 0; i < 3; i++)
            await RunAsync(stages);
        Assert.Equal((0, 3), (one.Runs.Count, two.Runs.Count));

        await one.RestartAsync();
        Time.Advance(TimeSpan.FromMilliseconds(250));
        await Time.WaitForWait(_heard, 3);
        await RunAsync(stages);
        Assert.Equal((1, 3), (one.Runs.Count, two.Runs.Count));
    }

    private static WatchLoadResponse Queued(double seconds) => new() { QueuedSeconds = seconds, Running = 1 };

    private static WatchLoadResponse Steps(double seconds) => new()
    {
        StepTimes = { new StepTime { Model = "tiny", Width = 128, Height = 128, Rows = 8, Seconds = seconds } },
    };

    /// <summary>Stages that have heard every host's load and described the model.</summary>
    private async Task<RemoteStages> WatchingAsync(Balancing balancing, params FakeHost[] hosts)
    {
        var stages = Stages(new RemoteStagesOptions { Hosts = [.. hosts.Select(h => h.Address)], Balancing = balancing, Seed = 1 });
        await Time.WaitForWait(_heard, hosts.Length);
        await stages.DescribeAsync(CancellationToken.None);
        return stages;
    }
}
