using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Grpc.Core;
using StageSpan = Aigc.Pipeline.Stages.StageSpan;

namespace Aigc.Inference.Client.Tests;

public sealed class RemoteStagesTests : RemoteTest
{
    public static TheoryData<StatusCode, FaultKind> Statuses => new()
    {
        { StatusCode.InvalidArgument, FaultKind.BadRequest }, { StatusCode.NotFound, FaultKind.NotFound }, { StatusCode.DataLoss, FaultKind.DataLoss },
        { StatusCode.DeadlineExceeded, FaultKind.DeadlineExceeded }, { StatusCode.FailedPrecondition, FaultKind.BadModel },
        { StatusCode.Cancelled, FaultKind.Cancelled },
    };

    [Fact]
    public async Task Describe_Host_SaysWhatItsDefaultModelCanDo()
    {
        var host = await HostAsync();
        host.Limits = new Limits { MaxPictures = 5 };
        var capabilities = await Stages(host).DescribeAsync(CancellationToken.None);
        Assert.Equal(
            new EngineCapabilities(
                "tiny", "d1", 8, 64, 512, 128, 128, 1000, 4, 4, capabilities.Schedulers, "ddim", 4, PreferredBatch: 5, ImageToImage: true)
            {
                Prompts = capabilities.Prompts,
            },
            capabilities);
        Assert.Equal(["a red circle"], capabilities.Prompts);
        Assert.Equal(["ddim", "euler"], capabilities.Schedulers);
    }

    [Fact]
    public async Task Describe_AskedAgain_MakesNoCall()
    {
        var host = await HostAsync();
        var stages = Stages(host);
        await stages.DescribeAsync(CancellationToken.None);
        await stages.DescribeAsync(CancellationToken.None);
        Assert.Equal(["Describe"], host.Calls);
    }

    [Fact]
    public async Task Describe_ModelIsNamed_IsThatModelAndEveryCallNamesIt()
    {
        var host = await HostAsync();
        var stages = Stages(new RemoteStagesOptions { Watch = false, Hosts = [host.Address], Model = "other" });
        Assert.Equal(("other", "d9"), ((await stages.DescribeAsync(CancellationToken.None)).ModelName, (await stages.DescribeAsync(CancellationToken.None)).ModelDigest));
        // The fake makes pictures of d1 whatever it is asked for: names tell.
        Assert.Equal(FaultKind.BadModel, (await Assert.ThrowsAsync<FaultException>(() => RunAsync(stages))).Kind);
        Assert.Equal("other", Assert.Single(host.Runs).Model);
    }

    [Fact]
    public async Task Describe_ModelIsUnknown_NamesThoseThereAre()
    {
        var host = await HostAsync();
        var stages = Stages(new RemoteStagesOptions { Watch = false, Hosts = [host.Address], Model = "sdxl" });
        var fault = await Assert.ThrowsAsync<FaultException>(() => stages.DescribeAsync(CancellationToken.None).AsTask());
        Assert.Equal((FaultKind.NotFound, $"host {host.Name} has no model 'sdxl': it has tiny, other"), (fault.Kind, fault.Message));
    }

    [Fact]
    public async Task Describe_HostCannotUseTheModel_SaysWhy()
    {
        var host = await HostAsync();
        host.Model.Fault = "it lacks a scheduler";
        var fault = await Assert.ThrowsAsync<FaultException>(() => Stages(host).DescribeAsync(CancellationToken.None).AsTask());
        Assert.Equal((FaultKind.BadModel, $"host {host.Name} cannot use model 'tiny': it lacks a scheduler"), (fault.Kind, fault.Message));
    }

    [Fact]
    public async Task Describe_HostsHaveDifferentModels_NamesBoth()
    {
        var (one, two) = (await HostAsync("d1"), await HostAsync("d2"));
        var fault = await Assert.ThrowsAsync<FaultException>(() => Stages(one, two).DescribeAsync(CancellationToken.None).AsTask());
        Assert.Equal(FaultKind.BadModel, fault.Kind);
        Assert.Equal(
            $"hosts have different models of the name 'tiny': {one.Name} one with digest d1, {two.Name} one with d2: give every host the same model files",
            fault.Message);
    }

    [Fact]
    public async Task Describe_OneHostIsDown_IsDescribedByTheOther()
    {
        var (dead, other) = (await HostAsync(), await HostAsync());
        await dead.KillAsync();
        Assert.Equal("tiny", (await Stages(dead, other).DescribeAsync(CancellationToken.None)).ModelName);
    }

    [Fact]
    public async Task RunChain_HostCameBackWithAnotherModel_IsRefused()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.PictureAsync(0, Pictures(1)[0].Name("d2"));
        });
        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(host)));
        Assert.Equal(FaultKind.BadModel, fault.Kind);
        Assert.Contains($"host {host.Name} answered with an artifact of another model than 'tiny' with digest d1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_PicturesInTheStore_AreFoundWithoutAStageCall()
    {
        var host = await HostAsync();
        var stages = Stages(host);
        await stages.DescribeAsync(CancellationToken.None);
        var pictures = Pictures(3);
        var stored = await Store.PutAsync(pictures[1].Name("d1"), "image/png", new byte[] { 1, 2 });

        var found = await stages.FindAsync(new FindInput(pictures), CancellationToken.None);

        Assert.Equal([new PictureResult(11, stored, 1, 512, 512, Found: true)], found.Pictures);
        Assert.Equal(["Describe"], host.Calls);
    }

    [Fact]
    public async Task RunChain_Ledger_IsSpansFromTheCallsStartAndTruncatedPrompts()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.PictureAsync(0);
            await Progress.WaitFor(0, 1);
            Time.Advance(TimeSpan.FromMilliseconds(30));
            await chain.LedgerAsync(new Ledger
            {
                TotalMs = 20,
                Spans =
                {
                    new Span { Stage = Contracts.Inference.V1.Stage.Prepare, StartMs = 0, EndMs = 5 },
                    new Span { Stage = Contracts.Inference.V1.Stage.Generate, StartMs = 5, EndMs = 20 },
                    new Span { Stage = (Contracts.Inference.V1.Stage)99, StartMs = 5, EndMs = 20 },
                },
                Truncated = { new TruncatedText { Text = "a red circle", At = 2, Tokens = 80, Limit = 77 } },
            });
        });
        var output = await RunAsync(Stages(host));
        // The two ends differ by 10 ms: half of them were the way to the host.
        Assert.Equal([new StageSpan(Pipeline.Stages.Stage.Prepare, 5, 10), new StageSpan(Pipeline.Stages.Stage.Generate, 10, 25)], output.Spans);
        Assert.Equal([new TruncatedPrompt("a red circle", 2, 80, 77)], output.Truncated);
    }

    [Fact]
    public async Task RunChain_Image_GoesWithItsStrength()
    {
        var host = await HostAsync();
        var image = ArtifactRef.Parse(FakeHost.Reference("uploads/a.png"));
        var output = await Stages(host).RunChainAsync(
            new ChainInput([Pictures(1)[0] with { Image = image, Strength = .25f }]), Progress, CancellationToken.None);
        var sent = Assert.Single(Assert.Single(host.Runs).Pictures);
        Assert.Equal((image.ToString(), .25f), (sent.Image, sent.Strength));
        Assert.Single(output.Pictures);
    }

    [Fact]
    public async Task EachStage_Answer_IsHeldAgainstItsName()
    {
        var host = await HostAsync();
        var stages = Stages(host);
        var image = ArtifactRef.Parse(FakeHost.Reference("uploads/a.png"));
        var understood = await stages.UnderstandAsync(new UnderstandInput(["a", "b"]), CancellationToken.None);
        var prepared = await stages.PrepareAsync(new PrepareInput([new Pipeline.Stages.PreparePicture(image, 128, 64)]), CancellationToken.None);
        var enhanced = await stages.EnhanceAsync(new EnhanceInput(Pictures(2), [image, image]), Progress, CancellationToken.None);

        Assert.Equal([PictureAddress.Embedding("d1", "a"), PictureAddress.Embedding("d1", "b")], understood.Embeddings.Select(e => e.Name));
        Assert.Equal([new TruncatedPrompt("a", 1, 80, 77)], understood.Truncated);
        Assert.Equal(PictureAddress.Latent("d1", image.Sha256, 128, 64), Assert.Single(prepared.Latents).Name);
        Assert.Equal([(10, 512), (11, 512)], enhanced.Pictures.Select(p => (p.Index, p.Width)));
        Assert.Equal(new StageProgress(0, 2), Progress.Sum);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Generate_RawOrNot_TakesWhatTheHostKnows(bool raw, bool known)
    {
        var host = await HostAsync();
        host.KnowsRaw = known;
        var output = await Stages(host).GenerateAsync(
            new GenerateInput(Pictures(1), new Dictionary<string, ArtifactRef>()) { Raw = raw }, Progress, CancellationToken.None);
        var address = Pictures(1)[0].Address("d1");
        Assert.Equal(known ? address.RawBase : address.Base, Assert.Single(output.Bases).Name);
        Assert.Equal(raw, Assert.Single(host.Generates).Raw);
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task RunChain_Status_IsThatFaultWithTheHostsMessageAndNeverRetried(StatusCode status, FaultKind kind)
    {
        var (other, host) = (await HostAsync(), await HostAsync());
        host.Scripts.Enqueue(_ => throw new RpcException(new Status(status, "what is wrong and its mend")));
        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(other, host)));
        Assert.Equal((kind, "what is wrong and its mend"), (fault.Kind, fault.Message));
        Assert.Single(host.Runs);
        Assert.Empty(other.Runs);
        Assert.DoesNotContain(Time.Waits, wait => wait < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData((StatusCode)77)]
    public async Task RunChain_StatusOfNoKnownFault_IsInternalAndNamesTheHost(StatusCode status)
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(_ => throw new RpcException(new Status(status, "oh")));
        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(host)));
        Assert.Equal(FaultKind.Internal, fault.Kind);
        Assert.StartsWith($"host {host.Name} failed with", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunChain_BadRequestWithViolations_ReportsEachOnce()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(_ => throw new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "steps 0 is below 1",
            Details =
            {
                Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.BadRequest
                {
                    FieldViolations = { new[] { "steps 0 is below 1", "n 0 is below 1" }
                        .Select(d => new Google.Rpc.BadRequest.Types.FieldViolation { Field = "f", Description = d }) },
                }),
            },
        }.ToRpcException());
        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(host)));
        Assert.Equal((FaultKind.BadRequest, "steps 0 is below 1; n 0 is below 1"), (fault.Kind, fault.Message));
    }

    [Theory]
    [InlineData(7, "artifact")]
    [InlineData(-1, "artifact")]
    [InlineData(0, "http://elsewhere/picture.png")]
    public async Task RunChain_AnswerIsAgainstTheContract_IsTheHostsFault(int picture, string artifact)
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(chain => chain.RawPictureAsync(picture, artifact));
        var fault = await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(host)));
        Assert.Equal(FaultKind.Internal, fault.Kind);
        Assert.StartsWith($"host {host.Name} answered", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunChain_LedgerBeforeThePicture_IsTheHostsFault()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(chain => chain.LedgerAsync());
        Assert.Equal(FaultKind.Internal, (await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(host)))).Kind);
    }

    [Fact]
    public async Task RunChain_ManyCallsAtOnce_AreSpreadOverTheHosts()
    {
        var (one, two) = (await HostAsync(), await HostAsync());
        var stages = Stages(one, two);
        await stages.DescribeAsync(CancellationToken.None);
        var point = new TestKit.SyncPoint();
        for (var i = 0; i < 3; i++)
        {
            foreach (var host in new[] { one, two })
            {
                host.Scripts.Enqueue(async chain =>
                {
                    await point.WaitToContinue(chain.Aborted);
                    await chain.AnswerAsync();
                });
            }
        }

        var running = Enumerable.Range(0, 6).Select(_ => RunAsync(stages)).ToArray();
        point.Continue();
        await Task.WhenAll(running);
        Assert.Equal((3, 3), (one.Runs.Count, two.Runs.Count));
    }

    [Fact]
    public async Task RunChain_PreviewsAskedFor_AreReportedByTheirPlaceInTheJob()
    {
        var host = await HostAsync();
        var pictures = Pictures(2);
        host.Scripts.Enqueue(async chain =>
        {
            await chain.AcceptAsync();
            await chain.PreviewAsync(1, 2, pictures[1].Address("d1").Preview(2));
            await chain.PictureAsync(0);
            await chain.PictureAsync(1);
            await chain.LedgerAsync();
        });

        await Stages(host).RunChainAsync(new ChainInput(pictures) { PreviewEverySteps = 2 }, Progress, CancellationToken.None);

        Assert.Equal(2, Assert.Single(host.Runs).PreviewEverySteps);
        var preview = Assert.Single(Progress.Previews);
        Assert.Equal((11, 2, pictures[1].Address("d1").Preview(2)), (preview.Index, preview.Step, preview.Picture.Name));
        Assert.Equal(new StageProgress(8, 2), Progress.Sum);
    }

    [Fact]
    public async Task Generate_PreviewsAskedFor_AreAskedOfTheHost()
    {
        var host = await HostAsync();
        var input = new GenerateInput(Pictures(1), new Dictionary<string, ArtifactRef>()) { PreviewEverySteps = 3 };

        await Stages(host).GenerateAsync(input, Progress, CancellationToken.None);

        Assert.Equal(3, Assert.Single(host.Generates).PreviewEverySteps);
    }

    [Fact]
    public async Task RunChain_PreviewIsOfSomethingElse_IsRefused()
    {
        var host = await HostAsync();
        host.Scripts.Enqueue(chain => chain.PreviewAsync(0, 2, "jobs/another.json"));

        Assert.Equal(FaultKind.BadModel, (await Assert.ThrowsAsync<FaultException>(() => RunAsync(Stages(host)))).Kind);

        Assert.Empty(Progress.Previews);
    }

    [Fact]
    public void Constructor_HostsAndBalancingHaveFaults_NamesEvery()
    {
        var options = new RemoteStagesOptions
        {
            Hosts = [new Uri("ftp://a"), new Uri("b", UriKind.Relative)],
            Source = HostSource.Parse("dns:///gpu:1"),
            Balancing = (Balancing)9,
            FetchBytesPerSecond = double.NaN,
            LoadLife = TimeSpan.Zero,
            HostRefresh = TimeSpan.MaxValue,
        };
        Assert.Equal(
            "hosts are named, and dns:///gpu:1 beside them: give one of the two; "
            + "host 'ftp://a' is not an address: write it as http://name:port; host 'b' is not an address: write it as http://name:port; "
            + "balancing 9 is unknown; fetched bytes per second NaN is not above 0; "
            + $"host refresh {TimeSpan.MaxValue} is above 24.00:00:00; load life 00:00:00 is not above 0",
            Assert.Throws<FaultException>(() => Stages(options)).Message);
    }

    [Fact]
    public void Constructor_OptionsHaveFaults_NamesEvery()
    {
        var options = new RemoteStagesOptions { Hosts = [], CallsPerHost = 0, MaxLosses = 0, ConnectTimeout = TimeSpan.Zero };
        var fault = Assert.Throws<FaultException>(() => Stages(options));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Equal(
            "no host is given: name at least one, as in http://127.0.0.1:5001; calls per host 0 is below 1; losses 0 is below 1; "
            + "connect timeout 00:00:00 is not above 0",
            fault.Message);
    }
}
