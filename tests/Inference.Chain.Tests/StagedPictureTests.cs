using System.Runtime.InteropServices;
using Aigc.Artifacts;
using Aigc.Inference.Chain.Encodings;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Imaging;
using Aigc.TestKit;
using static Aigc.Inference.Chain.Tests.ChainHost;

namespace Aigc.Inference.Chain.Tests;

public sealed class StagedPictureTests : ChainTest
{
    [Theory]
    [InlineData(3, false)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public async Task RunAsync_StageByStageOnThreeHosts_HasTheBytesOfTheFusedRun(float guidance, bool raw)
    {
        var order = Order(guidance: guidance);
        var texts = await Host().Chain.UnderstandAsync("", [order.Prompt, order.NegativePrompt], long.MaxValue, default);
        var generate = Host();
        var bases = await generate.RunAsync(Call(order) with
        {
            StopAtBase = true,
            RawBases = raw,
            Embeddings = new Dictionary<string, ArtifactRef> { [order.Prompt] = texts.Value[0], [order.NegativePrompt] = texts.Value[1] },
        });
        Assert.Equal(["decode"], generate.Networks.Ran);
        Assert.Equal(raw ? RawPicture.MediaType : "image/png", bases[0].Artifact.MediaType);
        Assert.Equal((16, 16), (bases[0].Width, bases[0].Height));
        var enhance = Host();
        var caller = new NotingCaller();
        var bytes = await enhance.BytesAsync(
            Call(order) with { Bases = new Dictionary<int, ArtifactRef> { [0] = bases[0].Artifact } }, caller);
        Assert.Equal(["enhance"], enhance.Networks.Ran);
        Assert.Empty(enhance.Networks.Steps);
        Assert.Equal(await FreshAsync(Call(order)), bytes);
        Assert.Equal((32, 32), (caller.Pictures.Single().Made.Width, caller.Pictures.Single().Made.Height));
    }

    [Fact]
    public async Task RunAsync_EmbeddingOfTheFirstRelease_HasTheBytesOfTheFusedRun()
    {
        var order = Order(guidance: 1);
        var maker = Host();
        var written = (await maker.Chain.UnderstandAsync("", [order.Prompt], long.MaxValue, default)).Value[0];
        Assert.NotEqual(EmbeddingCodec.Singles, written.MediaType);
        using var codec = new EmbeddingCodec();
        var singles = codec.Read(
            written.MediaType, (await maker.Store.ReadAsync(written)).Span, maker.Networks.Description.EmbeddingLength);
        var host = Host(files: Folder());
        var old = await host.Store.PutAsync(written.Name, EmbeddingCodec.Singles, MemoryMarshal.AsBytes(singles.AsSpan()).ToArray());

        var made = await host.RunAsync(
            Call(order) with { StopAtBase = true, Embeddings = new Dictionary<string, ArtifactRef> { [order.Prompt] = old } });

        var fresh = Host(files: Folder());
        var expected = await fresh.RunAsync(Call(order) with { StopAtBase = true });
        Assert.Equal(expected[0].Artifact.Sha256, made[0].Artifact.Sha256);
    }

    [Fact]
    public async Task RunAsync_InputPictureByItsLatent_HasTheBytesOfThePictureItself()
    {
        var host = Host();
        var order = Order(steps: 8) with { Image = await ImageAsync(host), Strength = .5f };
        var latent = await host.Chain.PrepareAsync("", [(order.Image!, 16, 16)], long.MaxValue, default);
        var caller = new NotingCaller();
        var bytes = await host.BytesAsync(
            Call(order) with { Latents = new Dictionary<int, ArtifactRef> { [0] = latent.Value[0] } }, caller);
        Assert.Equal(4, host.Networks.Steps.Count);
        caller.AssertProgressEndsAt(4);

        var fresh = Host(files: Folder());
        await ImageAsync(fresh);
        Assert.Equal(bytes, await fresh.BytesAsync(Call(order)));
        Assert.NotEqual(bytes, await FreshAsync(Call(order with { Image = null })));
    }

    [Fact]
    public async Task RunAsync_ReferenceOfAnotherPicture_IsRefusedByNameBeforeAnythingIsQueued()
    {
        var maker = Host();
        var other = Order(seed: 9, prompt: "red square");
        var embedding = (await maker.Chain.UnderstandAsync("", [other.Prompt], long.MaxValue, default)).Value[0];
        var finished = (await maker.RunAsync(Call(other) with { StopAtBase = true }))[0].Artifact;
        var image = await ImageAsync(maker);
        var latent = (await maker.Chain.PrepareAsync("", [(image, 24, 16)], long.MaxValue, default)).Value[0];
        var order = Order();
        await RefusedAsync(
            Call(order) with { Embeddings = new Dictionary<string, ArtifactRef> { [order.Prompt] = embedding } }, embedding, "embedding");
        await RefusedAsync(Call(order) with { Bases = new Dictionary<int, ArtifactRef> { [0] = finished } }, finished, "generated picture");
        await RefusedAsync(
            Call(order with { Image = image }) with { Latents = new Dictionary<int, ArtifactRef> { [0] = latent } }, latent, "latent");
        await RefusedAsync(Call(order) with { Latents = new Dictionary<int, ArtifactRef> { [0] = latent } }, latent, "latent");
        await RefusedAsync(Call(order with { Checkpoint = finished }), finished, "checkpoint");
    }

    [Fact]
    public async Task RunAsync_BytesOfAReferenceHaveChanged_IsDataLoss()
    {
        var made = await Host().RunAsync(Call(Order()) with { StopAtBase = true });
        var path = Files.Combine(made[0].Artifact.Name);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        var call = Call(Order()) with { Bases = new Dictionary<int, ArtifactRef> { [0] = made[0].Artifact } };
        Assert.Equal(FaultKind.DataLoss, (await Assert.ThrowsAsync<FaultException>(() => Host().RunAsync(call))).Kind);
    }

    [Theory]
    [InlineData("put", FaultKind.OutOfSpace)]
    [InlineData("find", FaultKind.Unavailable)]
    public async Task RunAsync_StoreFails_IsTheStoresFault(string failing, FaultKind kind)
    {
        var host = Host();
        host.Store.Before = (operation, _) => operation == failing
            ? throw new FaultException(kind, "the store says no")
            : Task.CompletedTask;
        var fault = await Assert.ThrowsAsync<FaultException>(() => host.RunAsync(Call(Order())));
        Assert.Equal((kind, "the store says no"), (fault.Kind, fault.Message));

        // Nothing of it stays behind: with the store mended, the same request is carried out.
        host.Store.Before = null;
        Assert.Equal(await FreshAsync(Call(Order())), await host.BytesAsync(Call(Order())));
        Assert.Equal(0, host.Engine.Admission.QueuedSeconds);
    }

    [Fact]
    public async Task RunAsync_OnePictureIsUnavailable_TheOthersAreStoredAndToldBeforeTheCallIsLost()
    {
        var host = Host();
        var digest = (await host.Chain.DescribeAsync("")).Digest;
        var (lost, kept) = (Order().Name(digest), Order(seed: 2).Name(digest));
        var held = new SyncPoint();
        host.Store.Before = (operation, name) =>
            operation != "put" ? Task.CompletedTask
            : name == kept ? held.WaitToContinue()
            : throw new FaultException(FaultKind.Unavailable, "the store says no");
        var caller = new NotingCaller();
        var running = host.RunAsync(Call(Order(), Order(seed: 2)), caller);
        await held.WaitForSyncPoint();
        // Shares the lost picture or tries it again: either way the first call's own is lost by then.
        await Assert.ThrowsAsync<FaultException>(() => host.RunAsync(Call(Order())));
        held.Continue();

        Assert.Equal("the store says no", (await Assert.ThrowsAsync<FaultException>(() => running)).Message);
        Assert.Equal(1, Assert.Single(caller.Pictures).Picture);
        Assert.NotNull(await host.Store.FindAsync(kept));
        Assert.Null(await host.Store.FindAsync(lost));
        caller.AssertProgressEndsAt(12);
    }

    [Fact]
    public async Task RunAsync_UnknownModelOrScheduler_IsRefusedByName()
    {
        var host = Host();
        var unknown = await Assert.ThrowsAsync<FaultException>(() => host.RunAsync(new ChainCall("none", [Order()])));
        Assert.Equal(FaultKind.NotFound, unknown.Kind);
        var fault = await Assert.ThrowsAsync<FaultException>(() => host.RunAsync(Call(Order(scheduler: "none"))));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Contains("'none'", fault.Message, StringComparison.Ordinal);
        Assert.Empty(host.Store.Operations);
    }

    [Fact]
    public async Task RunAsync_FusedPicture_SaysWhereItsTimeWent()
    {
        var host = Host();
        var order = Order() with { Image = await ImageAsync(host), Strength = .5f };
        var outcome = await host.Chain.RunAsync(Call(order), new NotingCaller(), default);
        Assert.Equal(Enum.GetValues<ChainStage>(), outcome.Spans.Select(span => span.Stage).Distinct().Order());
        Assert.All(outcome.Spans, span => Assert.True(span.StartMs >= 0 && span.EndMs >= span.StartMs));
    }

    [Fact]
    public async Task RunAsync_PreviewsWanted_AreStoredAtThoseStepsAndChangeNoBit()
    {
        var host = Host();
        var caller = new NotingCaller();
        host.Networks.Stepping = jobs => caller.WaitUntilStored(jobs[0].Step == 5 ? 1 : 0);
        var bytes = await host.BytesAsync(Call(Order()) with { PreviewEverySteps = 4 }, caller);
        Assert.Equal(await FreshAsync(Call(Order())), bytes);
        var (place, step, artifact) = Assert.Single(caller.Previews);
        Assert.Equal((0, 4, "image/webp"), (place, step, artifact.MediaType));
        Assert.Equal(16, PictureDecoder.Decode((await host.Store.ReadAsync(artifact)).Span, 1000).Width);
    }

    private static async Task<ArtifactRef> ImageAsync(ChainHost host)
    {
        var rgba = new byte[40 * 30 * 4];
        for (var i = 0; i < rgba.Length; i++)
            rgba[i] = i % 4 == 3 ? (byte)255 : (byte)(i * 31);
        var bytes = PictureEncoder.Encode(new Picture(40, 30, rgba), PictureFormat.Png, 100);
        return await host.Store.PutAsync("inputs/image.png", "image/png", bytes);
    }

    private async Task RefusedAsync(ChainCall call, ArtifactRef reference, string what)
    {
        var host = Host();
        var fault = await Assert.ThrowsAsync<FaultException>(() => host.RunAsync(call));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Contains($"'{reference.Name}' is not the {what}", fault.Message, StringComparison.Ordinal);
        Assert.Empty(host.Store.Operations);
        Assert.Empty(host.Networks.Ran);
    }
}
