using System.Net;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.TestKit;
using Grpc.Core;
using Grpc.Net.Client;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.GpuHost.Tests.Lifetime;

/// <summary>However a host ends, no picture is lost: another host goes on from the last checkpoint to the same bytes.</summary>
public sealed class EndTests : IDisposable
{
    private const int Steps = 900;

    private readonly TempFolder _folder = new();
    private readonly List<GrpcChannel> _channels = [];

    public void Dispose()
    {
        _channels.ForEach(static channel => channel.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task Terminate_NoTimeLeft_TheCallerIsGivenACheckpointThatAnotherHostGoesOnFrom()
    {
        var lost = new List<ChainEvent>();
        await using (var first = await StartAsync("store", "--Shutdown:GraceSeconds", "0"))
        {
            using var call = ClientOf(first).Run(Request());
            await call.UntilAsync(ChainEvent.EventOneofCase.Progress);
            first.Terminate();
            var fault = await Calls.FaultOf(async () =>
            {
                await foreach (var next in call.ResponseStream.ReadAllAsync())
                    lost.Add(next.Event);
            });
            Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
            Assert.Equal(0, await first.ExitAsync());
            Assert.DoesNotContain("   at ", first.Output, StringComparison.Ordinal);
        }

        var checkpoint = Assert.Single(lost, static next => next.Checkpoint is not null).Checkpoint;
        Assert.InRange(checkpoint.Step, 1, Steps - 1);
        var request = Request();
        request.Pictures[0].Checkpoint = checkpoint.Artifact;
        await using var second = await StartAsync("store");
        var resumed = await ClientOf(second).Run(request).AllAsync();

        // It says so: what was done before counts as done from its first report on.
        Assert.True(resumed.First(static next => next.Progress is not null).Progress.StepsDone >= checkpoint.Step);
        await AssertSameAsUninterruptedAsync(resumed);
        Assert.Null(await new FileArtifactStore(_folder.Combine("store")).FindAsync(ArtifactRef.Parse(checkpoint.Artifact).Name));
    }

    [Fact]
    public async Task Kill_MidPicture_AnotherHostFindsTheCheckpointItself()
    {
        await using (var first = await StartAsync("store", "--Chain:CheckpointEverySteps", "50", "--Chain:CheckpointMinSeconds", "0"))
        {
            using var call = ClientOf(first).Run(Request());
            await call.UntilAsync(ChainEvent.EventOneofCase.Checkpoint);
            first.Kill();
            await Calls.FaultOf(() => call.AllAsync());
        }

        var request = Request();
        request.Resume = true;
        await using var second = await StartAsync("store");
        var resumed = await ClientOf(second).Run(request).AllAsync();

        Assert.True(resumed.First(static next => next.Progress is not null).Progress.StepsDone >= 50);
        await AssertSameAsUninterruptedAsync(resumed);
    }

    [Fact]
    public async Task Terminate_TimeLeft_FinishesWhatIsUnderWayAndTakesNoMore()
    {
        await using var host = await StartAsync("store", "--Shutdown:GraceSeconds", "100");
        using var call = ClientOf(host).Run(Request());
        using var load = ClientOf(host).WatchLoad(new WatchLoadRequest { IntervalMs = 60_000 });
        await call.UntilAsync(ChainEvent.EventOneofCase.Progress);
        Assert.True(await load.ResponseStream.MoveNext(CancellationToken.None));
        host.Terminate();
        // Whoever watches the load is told at once, and let go.
        Assert.True(await load.ResponseStream.MoveNext(CancellationToken.None));
        Assert.True(load.ResponseStream.Current.Draining);
        Assert.False(await load.ResponseStream.MoveNext(CancellationToken.None));

        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri(host.Probes, "/readyz"))).StatusCode);
        var fault = await Calls.FaultOf(() => ClientOf(host).Run(Calls.Run(Calls.Picture(2))).AllAsync());

        Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
        Assert.Single((await call.AllAsync()).Pictures());
        Assert.Equal(0, await host.ExitAsync());
    }

    private static RunRequest Request() => Calls.Run(Calls.Picture(1, Steps));

    private Task<HostProcess> StartAsync(string store, params IEnumerable<string> settings) =>
        HostProcess.StartAsync([.. settings, "--Store:Folder", _folder.Combine(store)]);

    private InferenceClient ClientOf(HostProcess host)
    {
        var channel = GrpcChannel.ForAddress(host.Address);
        _channels.Add(channel);
        return new InferenceClient(channel);
    }

    private async Task AssertSameAsUninterruptedAsync(IEnumerable<ChainEvent> resumed)
    {
        await using var host = await TestHost.StartAsync();
        var expected = Assert.Single((await host.RunAsync(Request())).Pictures());
        var picture = Assert.Single(resumed.Pictures());
        Assert.Equal(ArtifactRef.Parse(expected.Artifact).Sha256, ArtifactRef.Parse(picture.Artifact).Sha256);
    }
}
