using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Models;
using Aigc.Inference.Tests.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Batching;

/// <summary>What others throw on the batcher's own thread.</summary>
public sealed class StepBatcherFaultTests : IAsyncDisposable
{
    private readonly FakeModelRoot _root = new("one");
    private readonly FakeNetworks _networks = new();
    private readonly LoadedModel _model;
    private readonly StepBatcher _batcher = new(new BatchingOptions(), new CostModel(), TimeProvider.System);

    public StepBatcherFaultTests() => _model = new LoadedModel(_root.Folder("one"), _networks);

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _model.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task DenoiseAsync_ObserverFailsAtWantsPreview_FailsThatPictureAlone()
    {
        var held = HoldFirst();
        var one = Denoise(seed: 1);
        await held.WaitForSyncPoint();
        var failing = Denoise(seed: 2, new NotingObserver { PreviewAt = step => step == 2 ? throw Gone() : false });
        var other = Denoise(seed: 3);
        held.Continue();
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);
        Assert.True((await one).Job.Done);
        Assert.True((await other).Job.Done);
    }

    [Fact]
    public async Task DenoiseAsync_OnlyPicturesObserverFailsAtWantsPreview_TheNextIsMade()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Denoise(1, new NotingObserver { PreviewAt = _ => throw Gone() }));
        await Denoise(seed: 2);
    }

    [Fact]
    public async Task DenoiseAsync_ListenersFail_NoPictureDoes()
    {
        _batcher.StepTaken += (_, _, _) => throw Gone();
        _batcher.LoadChanged += () => throw Gone();
        await Denoise(seed: 1);
        await Denoise(seed: 2);
    }

    [Fact]
    public async Task DenoiseAsync_StepFailsAfterOthersOfTheBatchMoved_TheyKeepThatStepAndTakeNoneTooMany()
    {
        _networks.Stepped = jobs =>
        {
            if (jobs.Count > 1)
                throw Gone();
        };
        var held = HoldFirst();
        var observers = new[] { new NotingObserver(), new NotingObserver(), new NotingObserver() };
        var first = Denoise(0, observers[0]);
        await held.WaitForSyncPoint();
        Task<DenoiseResult>[] all = [first, Denoise(1, observers[1]), Denoise(2, observers[2])];
        held.Continue();
        foreach (var result in await Task.WhenAll(all))
            Assert.True(result.Job.Done);
        Assert.All(observers, observer => Assert.Equal([1, 2, 3, 4], observer.Steps));
    }

    [Fact]
    public async Task DenoiseAsync_RowsAreNotGivenBack_ThePictureIsDone()
    {
        _networks.Releasing = _ => throw Gone();
        Assert.True((await Denoise(seed: 1)).Job.Done);
        await Denoise(seed: 2);
    }

    [Fact]
    public async Task ForgetAsync_BuffersDoNotLetGo_TellsTheCallerAndGoesOnWithNewOnes()
    {
        await Denoise(seed: 1);
        await Denoise(seed: 1, size: 32);
        _networks.Discarding = () => throw Gone();
        await Assert.ThrowsAsync<InvalidOperationException>(() => _batcher.ForgetAsync(_model));
        Assert.All(_networks.Denoisers, denoiser => Assert.True(denoiser.Disposed));
        await Denoise(seed: 2);
        Assert.Equal(3, _networks.Denoisers.Count);
    }

    private static InvalidOperationException Gone() => new("the device is gone");

    private SyncPoint HoldFirst()
    {
        var held = new SyncPoint();
        _networks.Stepping = _ =>
        {
            _networks.Stepping = null;
            held.WaitToContinue().GetAwaiter().GetResult();
        };
        return held;
    }

    private Task<DenoiseResult> Denoise(int seed, NotingObserver? observer = null, int size = 16) => _batcher.DenoiseAsync(
        _model, _model.CreateJob(FakeModelRoot.Picture(seed, size: size)), long.MaxValue, observer ?? new NotingObserver(), default);
}
