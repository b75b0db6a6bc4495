using Aigc.Contracts.Inference.V1;
using static Aigc.GpuHost.Tests.Calls;
using EventCase = Aigc.Contracts.Inference.V1.ChainEvent.EventOneofCase;

namespace Aigc.GpuHost.Tests.Inference;

public sealed class RunTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_TwoPictures_SaysAcceptedFirstAndLedgerLastAndStoresBoth()
    {
        var events = await _host.RunAsync(new RunRequest { Pictures = { Picture(1), Picture(2) }, PreviewEverySteps = 2 });

        Assert.Equal((EventCase.Accepted, EventCase.Ledger), (events[0].EventCase, events[^1].EventCase));
        Assert.False(events[0].Accepted.Joined);
        Assert.NotEmpty(events[0].Accepted.JobId);
        var progress = events.Where(static next => next.Progress is not null).Select(static next => next.Progress).ToArray();
        Assert.Equal((8, 8), (progress[^1].StepsDone, progress[^1].Steps));
        Assert.Equal(progress.OrderBy(static p => p.StepsDone), progress);
        var preview = events.First(static next => next.Preview is not null).Preview;
        Assert.Equal(2, preview.Step);
        Assert.Equal("RIFF"u8.ToArray(), (await _host.BytesAsync(preview.Artifact))[..4]);
        var pictures = events.Pictures();
        Assert.Equal([(0, 1L, 64, 64, false), (1, 2L, 64, 64, false)], pictures.Select(static p => (p.Picture, p.Seed, p.Width, p.Height, p.Found)));
        Assert.NotEqual(await _host.BytesAsync(pictures[0].Artifact), await _host.BytesAsync(pictures[1].Artifact));
        var ledger = events[^1].Ledger;
        Assert.All(ledger.Spans, span => Assert.InRange(span.EndMs, span.StartMs, ledger.TotalMs));
        Assert.Contains(ledger.Spans, static span => span.Stage == Stage.Generate);
    }

    [Fact]
    public async Task Run_NothingLeftOpenButThePrompt_TakesTheModelsDefaults()
    {
        var events = await _host.RunAsync(Run(new PictureRequest { Prompt = "a blue square" }));
        var card = (await _host.Client.DescribeAsync(new DescribeRequest())).Models[0];
        var picture = Assert.Single(events.Pictures());
        Assert.Equal(
            (card.DefaultWidth * card.EnhanceFactor, card.DefaultHeight * card.EnhanceFactor), (picture.Width, picture.Height));
        Assert.Equal([card.DefaultSteps], _host.Gate.Steps);
    }

    [Fact]
    public async Task Run_AskedAgain_IsFoundAndNothingIsComputed()
    {
        var first = Assert.Single((await _host.RunAsync(Run(Picture(1)))).Pictures());
        var events = await _host.RunAsync(Run(Picture(1)));
        Assert.Equal([4], _host.Gate.Steps);
        var again = Assert.Single(events.Pictures());
        Assert.Equal((true, first.Artifact), (again.Found, again.Artifact));
        Assert.DoesNotContain(events[^1].Ledger.Spans, static span => span.Stage == Stage.Generate);
        Assert.Equal(4, events.Last(static next => next.Progress is not null).Progress.StepsDone);
    }

    [Fact]
    public async Task Run_PictureThatAnotherCallIsMaking_JoinsIt()
    {
        var held = _host.Gate.HoldAt(2);
        using var first = _host.Client.Run(Run(Picture(1)));
        await held.WaitForSyncPoint();
        using var second = _host.Client.Run(Run(Picture(1)));
        Assert.True((await second.UntilAsync(EventCase.Accepted)).Accepted.Joined);
        held.Continue();
        var (one, two) = (await first.AllAsync(), await second.AllAsync());
        Assert.Equal(Assert.Single(one.Pictures()).Artifact, Assert.Single(two.Pictures()).Artifact);
        Assert.Equal([4], _host.Gate.Steps);
    }

    [Fact]
    public async Task Run_SamePictureTwiceInOneCall_IsMadeOnce()
    {
        var pictures = (await _host.RunAsync(Run(Picture(1), Picture(1)))).Pictures();
        Assert.Equal([0, 1], pictures.Select(static picture => picture.Picture));
        Assert.Equal(pictures[0].Artifact, pictures[1].Artifact);
        Assert.Equal([4], _host.Gate.Steps);
    }

    [Fact]
    public async Task Run_PromptLongerThanTheModelReads_SaysWhatWasDropped()
    {
        var picture = Picture(1);
        picture.Prompt = string.Concat(Enumerable.Repeat("red circle ", 100));
        var truncated = Assert.Single((await _host.RunAsync(Run(picture)))[^1].Ledger.Truncated);
        Assert.Equal(picture.Prompt, truncated.Text);
        Assert.InRange(truncated.At, 1, picture.Prompt.Length - 1);
        Assert.True(truncated.Tokens > truncated.Limit);
    }

    [Fact]
    public async Task Cancel_RunUnderWay_EndsItAndItsPictureLeavesTheBatch()
    {
        var held = _host.Gate.HoldAt(2);
        using var call = _host.Client.Run(Run(Picture(1, steps: 50)));
        var id = (await call.UntilAsync(EventCase.Accepted)).Accepted.JobId;
        await held.WaitForSyncPoint();
        Assert.True((await _host.Client.CancelAsync(new CancelRequest { JobId = id })).Cancelled);
        Assert.Equal(Grpc.Core.StatusCode.Cancelled, (await FaultOf(call.AllAsync)).StatusCode);
        held.Continue();
        await _host.RunAsync(Run(Picture(2)));
        Assert.Equal([3, 4], _host.Gate.Steps);
        Assert.False((await _host.Client.CancelAsync(new CancelRequest { JobId = id })).Cancelled);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no such job")]
    public async Task Cancel_UnknownJob_SaysSo(string id) =>
        Assert.False((await _host.Client.CancelAsync(new CancelRequest { JobId = id })).Cancelled);
}
