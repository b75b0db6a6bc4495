using Aigc.Artifacts;
using Aigc.Pipeline.Stages;
using Grpc.Core;

namespace Aigc.Inference.Client.Tests;

/// <summary>What becomes of a call whose host is killed, cut off or about to end. Of two hosts the first is described and the second run.</summary>
public sealed class LostHostTests : RemoteTest
{
    private static readonly TimeSpan _backOff = TimeSpan.FromMilliseconds(250);

    public static TheoryData<string> Ends => ["die", "cut", "drain", "end"];

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task RunChain_HostIsLostInMidCall_AnotherGetsOnlyWhatIsNotFinishedWithItsLastCheckpoint(string end)
    {
        var (other, lost) = (await HostAsync(), await HostAsync());
        lost.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.CheckpointAsync(2, 1);
            await chain.CheckpointAsync(0, 1);
            await chain.PictureAsync(0);
            await chain.CheckpointAsync(2, 3);
            await chain.ProgressAsync(9);
            await Progress.WaitFor(9, 1);
            await EndAsync(chain, end);
        });

        var output = await RunAsync(Stages(other, lost), 3);

        Assert.Equal([(10, 0L), (11, 1L), (12, 2L)], output.Pictures.Select(p => (p.Index, p.Seed)));
        var first = Assert.Single(lost.Runs);
        Assert.Equal([0, 1, 2], first.Pictures.Select(p => p.Seed));
        Assert.False(first.Resume);
        Assert.All(first.Pictures, p => Assert.Equal("", p.Checkpoint));
        var second = Assert.Single(other.Runs);
        Assert.Equal([1, 2], second.Pictures.Select(p => p.Seed));
        Assert.True(second.Resume);
        Assert.Equal(["", FakeHost.Reference("checkpoints/2-3.ckpt", "application/x-ckpt")], second.Pictures.Select(p => p.Checkpoint));
        Assert.Equal(new StageProgress(12, 3), Progress.Sum);
        Assert.Equal(Contracts.Inference.V1.OnDisconnect.Finish, first.OnDisconnect);
    }

    [Fact]
    public async Task Generate_HostIsLostInMidCall_AnotherGetsTheLatentsUnderTheirNewPlaces()
    {
        var (other, lost) = (await HostAsync(), await HostAsync());
        lost.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.PictureAsync(0);
            await Progress.WaitFor(0, 1);
            await chain.DieAsync();
        });
        var pictures = Pictures(3);
        var latents = pictures.Where(p => p.Index != 11).ToDictionary(p => p.Index, p => ArtifactRef.Parse(FakeHost.Reference($"latents/{p.Index}.f32")));
        var embeddings = new Dictionary<string, ArtifactRef> { ["a red circle"] = ArtifactRef.Parse(FakeHost.Reference("embeddings/a.f32")) };

        var output = await Stages(other, lost).GenerateAsync(new GenerateInput(pictures, embeddings, latents), Progress, CancellationToken.None);

        Assert.Equal(pictures.Select(p => p.Address("d1").Base), output.Bases.Select(b => b.Name));
        Assert.Equal([(0, latents[10].ToString()), (2, latents[12].ToString())], Assert.Single(lost.Generates).Latents.Select(l => (l.Key, l.Value)).Order());
        var second = Assert.Single(other.Generates);
        Assert.Equal([1, 2], second.Pictures.Select(p => p.Seed));
        Assert.Equal([(1, latents[12].ToString())], second.Latents.Select(l => (l.Key, l.Value)));
        Assert.Equal(embeddings["a red circle"].ToString(), second.Embeddings["a red circle"]);
    }

    [Fact]
    public async Task RunChain_LostAfterTheLastPicture_IsDone()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.PictureAsync(0);
            await Progress.WaitFor(0, 1);
            await chain.DieAsync();
        });
        Assert.Single((await RunAsync(Stages(host))).Pictures);
        Assert.Single(host.Runs);
        Assert.Equal(new StageProgress(4, 1), Progress.Sum);
    }

    [Fact]
    public async Task RunChain_OnlyHostIsKilledAndComesBack_IsTriedAgainAfterABackOffThatDoubles()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.CheckpointAsync(0, 2);
            await chain.ProgressAsync(2);
            await Progress.WaitFor(2, 0);
            await chain.DieAsync();
        });
        var stages = Stages(host);
        await stages.DescribeAsync(CancellationToken.None);
        var running = RunAsync(stages);
        await Time.WaitForWait(_backOff);
        await host.KillAsync();
        Time.Advance(_backOff);
        await Time.WaitForWait(2 * _backOff);
        Time.Advance(2 * _backOff);
        await Time.WaitForWait(4 * _backOff);
        await host.RestartAsync();
        Time.Advance(4 * _backOff);

        Assert.Single((await running).Pictures);
        Assert.Equal(2, host.Runs.Count);
        Assert.NotEqual("", host.Runs.Last().Pictures[0].Checkpoint);
    }

    [Fact]
    public async Task RunChain_CheckpointIsGone_GoesOnWithoutIt()
    {
        var (other, lost) = (await HostAsync(), await HostAsync());
        lost.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.CheckpointAsync(0, 2);
            await chain.ProgressAsync(2);
            await Progress.WaitFor(2, 0);
            await chain.DieAsync();
        });
        other.Scripts.Enqueue(_ => throw new RpcException(new Status(StatusCode.NotFound, "no such checkpoint")));

        Assert.Single((await RunAsync(Stages(other, lost))).Pictures);
        Assert.Equal([false, true], other.Runs.Select(r => r.Pictures[0].Checkpoint.Length == 0));
        Assert.All(other.Runs, r => Assert.True(r.Resume));
    }

    [Fact]
    public async Task RunChain_EveryHostThatTakesItDies_FailsAfterTheLimit()
    {
        var host = await HostAsync();
        for (var i = 0; i < 3; i++)
        {
            var steps = i + 1;
            host.Scripts.Enqueue(async chain =>
            {
                await chain.AcceptAsync();
                await chain.ProgressAsync(steps);
                await Progress.WaitFor(steps, 0);
                await chain.DieAsync();
            });
        }

        var stages = Stages(new RemoteStagesOptions { Watch = false, Hosts = [host.Address], MaxLosses = 3 });
        var running = RunAsync(stages);
        for (var i = 1; i <= 2; i++)
        {
            await Time.WaitForWait(_backOff, i);
            Time.Advance(_backOff);
        }

        var fault = await Assert.ThrowsAsync<FaultException>(() => running);
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Equal($"the call was lost 3 times in a row, last by host {host.Name} (connection lost): see that host's log", fault.Message);
        Assert.Equal(3, host.Runs.Count);
    }

    [Fact]
    public async Task RunChain_EveryTryComesFurther_GoesOnPastTheLimit()
    {
        var host = await HostAsync();
        for (var i = 0; i < 4; i++)
        {
            var steps = i + 1;
            host.Scripts.Enqueue(async chain =>
            {
                await chain.AcceptAsync();
                await chain.CheckpointAsync(0, steps);
                await chain.ProgressAsync(steps);
                await Progress.WaitFor(steps, 0);
                await chain.DieAsync();
            });
        }

        var running = RunAsync(Stages(new RemoteStagesOptions { Watch = false, Hosts = [host.Address], MaxLosses = 2 }));
        for (var i = 1; i <= 4; i++)
        {
            await Time.WaitForWait(_backOff, i);
            Time.Advance(_backOff);
        }

        Assert.Single((await running).Pictures);
        Assert.Equal(5, host.Runs.Count);
        Assert.Equal(new StageProgress(4, 1), Progress.Sum);
    }

    [Fact]
    public async Task Understand_HostDrains_AnotherAnswers()
    {
        var (other, draining) = (await HostAsync(), await HostAsync());
        draining.OnUnary = _ => throw new RpcException(new Status(StatusCode.Unavailable, "the host drains"));
        var output = await Stages(other, draining).UnderstandAsync(new UnderstandInput(["a", "b"]), CancellationToken.None);
        Assert.Equal(2, output.Embeddings.Count);
        Assert.Equal(["Describe", "Understand"], other.Calls);
        Assert.Equal(["Describe", "Understand"], draining.Calls);
    }

    [Fact]
    public async Task Describe_NoHostListens_FailsWithinTheStartLimitAndNamesThemAll()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        await one.KillAsync();
        await two.KillAsync();
        var options = new RemoteStagesOptions
        {
            Watch = false,
            Hosts = [one.Address, two.Address],
            StartLimit = TimeSpan.FromMilliseconds(200),
        };
        var describing = Stages(options).DescribeAsync(CancellationToken.None).AsTask();
        await Time.WaitForWait(TimeSpan.FromMilliseconds(200));
        Time.Advance(TimeSpan.FromMilliseconds(200));
        var fault = await Assert.ThrowsAsync<FaultException>(() => describing);
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Equal(
            $"no host takes the call: {one.Name} (connection refused), {two.Name} (connection refused): start one, or give other addresses",
            fault.Message);
    }

    [Fact]
    public async Task Describe_HostStillLoads_IsWaitedForLongerThanOneThatNeverAnswered()
    {
        var host = await HostAsync();
        var tries = 0;
        host.OnDescribe = _ => ++tries > 2 ? Task.CompletedTask : throw new RpcException(new Status(StatusCode.Unavailable, "the model loads"));
        var options = new RemoteStagesOptions { Watch = false, Hosts = [host.Address], StartLimit = TimeSpan.FromMilliseconds(300) };
        var describing = Stages(options).DescribeAsync(CancellationToken.None).AsTask();
        await Time.WaitForWait(_backOff);
        Time.Advance(_backOff);
        await Time.WaitForWait(2 * _backOff);
        Time.Advance(2 * _backOff);
        Assert.Equal("tiny", (await describing).ModelName);
    }

    [Fact]
    public async Task RunChain_HostWasKilledBeforeTheCall_TakesAnotherAndDoesNotWait()
    {
        var (other, dead) = (await HostAsync(), await HostAsync());
        var stages = Stages(other, dead);
        await stages.DescribeAsync(CancellationToken.None);
        await dead.KillAsync();
        for (var i = 0; i < 4; i++)
            Assert.Single((await RunAsync(stages)).Pictures);
        Assert.Equal(4, other.Runs.Count);
        Assert.DoesNotContain(_backOff, Time.Waits);
    }

    private static Task EndAsync(FakeChain chain, string end) => end switch
    {
        "die" => chain.DieAsync(),
        "cut" => chain.CutAsync(),
        "drain" => throw new RpcException(new Status(StatusCode.Unavailable, "the host drains")),
        "end" => Task.CompletedTask,
        _ => throw new ArgumentOutOfRangeException(nameof(end)),
    };
}
