using Aigc.Artifacts;
using Aigc.Inference.Costs;
using Aigc.Inference.Stages;
using static Aigc.Inference.Chain.Tests.ChainHost;

namespace Aigc.Inference.Chain.Tests;

/// <summary>Whatever a call asks of the device or of memory, it is refused before anything is read, decoded or loaded for it.</summary>
public sealed class AdmissionTests : ChainTest
{
    private static readonly ArtifactRef _image = Image(100);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PrepareOrUnderstandAsync_QueueIsFull_IsRefusedWithAHint(bool prepare)
    {
        await using var busy = await BusyAsync(new() { Admission = new() { MaxQueuedSeconds = .001 } });
        var fault = await Assert.ThrowsAsync<FaultException>(() => CallAsync(busy.Host, prepare, long.MaxValue));
        Assert.Equal(FaultKind.Overloaded, fault.Kind);
        Assert.NotNull(fault.RetryAfter);
        Assert.DoesNotContain("read inputs", busy.Host.Store.Operations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PrepareOrUnderstandAsync_DeadlineCannotBeMet_IsRefusedBeforeTheModelIsLoaded(bool prepare)
    {
        var host = Host();
        Learn(host);
        var soon = TimeProvider.System.GetTimestamp() + TimeProvider.System.TimestampFrequency;
        var fault = await Assert.ThrowsAsync<FaultException>(() => CallAsync(host, prepare, soon));
        Assert.Equal(FaultKind.Overloaded, fault.Kind);
        Assert.Contains("deadline", fault.Message, StringComparison.Ordinal);
        Assert.False(host.Engine.Models.IsLoaded("fake"));
    }

    [Fact]
    public async Task RunOrPrepareAsync_InputPicturesFileIsLargerThanTheRoomLeft_IsRefusedWithAHint()
    {
        await using var busy = await BusyAsync(new() { Admission = new() { MaxQueuedBytes = 1 << 20 } });
        var image = Image(2 << 20);
        var run = await Assert.ThrowsAsync<FaultException>(() => busy.Host.RunAsync(Call(Order(seed: 2) with { Image = image })));
        var prepare = await Assert.ThrowsAsync<FaultException>(
            () => busy.Host.Chain.PrepareAsync("", [(image, 16, 16)], long.MaxValue, default));
        Assert.Equal((FaultKind.Overloaded, FaultKind.Overloaded), (run.Kind, prepare.Kind));
        Assert.NotNull(run.RetryAfter);
        Assert.NotNull(prepare.RetryAfter);
        Assert.DoesNotContain("read inputs", busy.Host.Store.Operations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PrepareOrUnderstandAsync_Ended_GivesItsPlaceBack(bool prepare)
    {
        var host = Host();
        Learn(host);
        if (prepare)
            await Assert.ThrowsAsync<FaultException>(() => CallAsync(host, prepare, long.MaxValue));
        else
            await CallAsync(host, prepare, long.MaxValue);
        Assert.Equal(0, host.Engine.Admission.QueuedSeconds);
    }

    private static ArtifactRef Image(long length) => new("inputs/image.png", "image/png", length, new string('0', 64));

    private static void Learn(ChainHost host)
    {
        host.Engine.Costs.Learn("fake", Work.Understand, 0, 60);
        host.Engine.Costs.Learn("fake", Work.Prepare, 256, 60);
    }

    private static Task CallAsync(ChainHost host, bool prepare, long deadline) => prepare
        ? host.Chain.PrepareAsync("", [(_image, 16, 16)], deadline, default)
        : host.Chain.UnderstandAsync("", ["a text"], deadline, default);

    private async Task<Busy> BusyAsync(EngineOptions options)
    {
        var host = Host(options);
        var held = host.HoldAt(2);
        var running = host.RunAsync(Call(Order()));
        await held.WaitForSyncPoint();
        Learn(host);
        return new Busy(host, held, running);
    }

    private sealed record Busy(ChainHost Host, TestKit.SyncPoint Held, Task Running) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Held.Continue();
            await Running;
        }
    }
}
