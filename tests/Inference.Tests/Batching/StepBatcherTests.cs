using System.Collections.Concurrent;
using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Tests.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Batching;

public sealed class StepBatcherTests : IAsyncDisposable
{
    private readonly FakeModelRoot _root = new("one");
    private readonly FakeNetworks _networks = new();
    private readonly LoadedModel _model;
    private StepBatcher _batcher = new(new BatchingOptions(), new CostModel(), TimeProvider.System);

    public StepBatcherTests() => _model = new LoadedModel(_root.Folder("one"), _networks);

    public static TheoryData<string, float> EveryScheduler
    {
        get
        {
            var data = new TheoryData<string, float>();
            foreach (var name in SchedulerCatalog.Names)
            {
                data.Add(name, 1);
                data.Add(name, 3);
            }

            return data;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _model.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task DenoiseAsync_ComesWhileAnotherIsAtWork_JoinsAtTheNextStepAndLeavesBeforeIt()
    {
        var (first, second) = (Picture(seed: 1, steps: 9), Picture(seed: 2, steps: 3, scheduler: "euler"));
        var held = HoldAt(first, step: 2);
        var one = Denoise(first);
        await held.WaitForSyncPoint();
        var two = Denoise(second);
        held.Continue();
        await Task.WhenAll(one, two);
        Assert.Equal([1, 1, 1, 2, 2, 2, 1, 1, 1], _networks.Steps.Select(seats => seats.Length));
        Assert.Equal(await AloneAsync(Picture(seed: 1, steps: 9)), first.Latent.ToArray());
        Assert.Equal(await AloneAsync(Picture(seed: 2, steps: 3, scheduler: "euler")), second.Latent.ToArray());
    }

    [Fact]
    public async Task DenoiseAsync_CancelledWithinAStep_AnswersAtOnceAndFreesItsRowsBeforeTheNext()
    {
        var (stays, goes) = (Picture(seed: 1, steps: 8), Picture(seed: 2, steps: 50));
        using var cancel = new CancellationTokenSource();
        var (start, held) = (HoldAt(stays, step: 0), new SyncPoint());
        var staying = Denoise(stays);
        await start.WaitForSyncPoint();
        var going = Denoise(goes, cancellationToken: cancel.Token);
        _networks.Stepping = jobs => Hold(held, jobs, goes, step: 3);
        start.Continue();
        await held.WaitForSyncPoint();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => going);
        held.Continue();
        await staying;
        Assert.Equal([1, 2, 2, 2, 2, 1, 1, 1], _networks.Steps.Select(seats => seats.Length));
        Assert.Contains(goes, Assert.Single(_networks.Denoisers).Released);
        Assert.Equal(await AloneAsync(Picture(seed: 1, steps: 8)), stays.Latent.ToArray());
    }

    [Fact]
    public async Task DenoiseAsync_CancelledBefore_TakesNoStep()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Denoise(Picture(), cancellationToken: new CancellationToken(canceled: true)));
        await Denoise(Picture(steps: 2));
        Assert.Equal(2, _networks.Steps.Count);
    }

    [Fact]
    public async Task DenoiseAsync_OneOfManyFailsItsSteps_FailsAlone()
    {
        DenoiseJob[] pictures = [.. Enumerable.Range(1, 9).Select(seed => Picture(seed, steps: seed % 4 + 3, guidance: seed % 3))];
        _networks.Stepping = jobs =>
        {
            if (jobs.Contains(pictures[4]) && pictures[4].Step == 1)
                throw new InferenceException(InferenceFault.BadModel, "picture 4 does not go through");
        };
        var tasks = pictures.Select(picture => Denoise(picture)).ToArray();
        var fault = await Assert.ThrowsAsync<InferenceException>(() => tasks[4]);
        Assert.Equal("picture 4 does not go through", fault.Message);
        for (var i = 0; i < pictures.Length; i++)
        {
            if (i == 4)
                continue;
            await tasks[i];
            Assert.Equal(await AloneAsync(Picture(i + 1, steps: (i + 1) % 4 + 3, guidance: (i + 1) % 3)), pictures[i].Latent.ToArray());
        }
    }

    [Fact]
    public async Task DenoiseAsync_LatentDoesNotComeBack_FailsAloneAndTheThreadGoesOn()
    {
        var (lost, sound) = (Picture(seed: 1), Picture(seed: 2));
        _networks.Downloading = job =>
        {
            if (job == lost)
                throw new InvalidOperationException("the device is gone");
        };
        var losing = Denoise(lost);
        await Denoise(sound);
        await Assert.ThrowsAsync<InvalidOperationException>(() => losing);
        Assert.Equal(await AloneAsync(Picture(seed: 2)), sound.Latent.ToArray());
    }

    [Theory]
    [MemberData(nameof(EveryScheduler))]
    public async Task Drain_PictureUnderWay_GivesACheckpointThatAnotherHostEndsOnTheSameBits(string scheduler, float guidance)
    {
        DenoiseJob Job() => Picture(seed: 5, steps: 9, guidance: guidance, scheduler: scheduler);
        var uninterrupted = await AloneAsync(Job());
        var interrupted = Job();
        var held = HoldAt(interrupted, step: 4);
        var observer = new NotingObserver();
        var task = Denoise(interrupted, observer);
        await held.WaitForSyncPoint();
        _batcher.Drain();
        held.Continue();
        var fault = await Assert.ThrowsAsync<InferenceException>(() => task);
        Assert.Equal(InferenceFault.Draining, fault.Kind);

        var checkpoint = Assert.Single(observer.Checkpoints);
        Assert.Equal(5, checkpoint.Step);
        var resumed = Job();
        resumed.Resume(DenoiseCheckpoint.Parse(checkpoint.ToBytes()));
        Assert.Equal(uninterrupted, await AloneAsync(resumed));
    }

    [Fact]
    public async Task Drain_NoStepTakenYet_GivesUpWithoutACheckpoint()
    {
        var (running, waiting) = (Picture(steps: 9, guidance: 2), Picture(steps: 90, guidance: 2));
        var held = HoldAt(running, step: 0);
        var (first, second) = (new NotingObserver(), new NotingObserver());
        var one = Denoise(running, first);
        await held.WaitForSyncPoint();
        var two = Denoise(waiting, second);
        _batcher.Drain();
        held.Continue();
        Assert.Equal(InferenceFault.Draining, (await Assert.ThrowsAsync<InferenceException>(() => one)).Kind);
        Assert.Equal(InferenceFault.Draining, (await Assert.ThrowsAsync<InferenceException>(() => two)).Kind);
        Assert.Equal(InferenceFault.Draining, (await Assert.ThrowsAsync<InferenceException>(() => Denoise(Picture()))).Kind);
        Assert.Single(first.Checkpoints);
        Assert.Empty(second.Checkpoints);
    }

    [Fact]
    public async Task Drain_CheckpointDoesNotComeBack_StillGivesEveryPictureUp()
    {
        var (lost, sound) = (Picture(seed: 1, steps: 9), Picture(seed: 2, steps: 9));
        _networks.Downloading = job =>
        {
            if (job == lost)
                throw new InvalidOperationException("the device is gone");
        };
        var held = HoldAt(lost, step: 3);
        var observer = new NotingObserver();
        var (one, two) = (Denoise(lost), Denoise(sound, observer));
        await held.WaitForSyncPoint();
        _batcher.Drain();
        held.Continue();
        Assert.Equal(InferenceFault.Draining, (await Assert.ThrowsAsync<InferenceException>(() => one)).Kind);
        Assert.Equal(InferenceFault.Draining, (await Assert.ThrowsAsync<InferenceException>(() => two)).Kind);
        Assert.Single(observer.Checkpoints);
    }

    [Fact]
    public async Task DenoiseAsync_PreviewsAndCheckpointsWanted_AreGivenAtThoseStepsAndChangeNoBit()
    {
        var observer = new NotingObserver { PreviewAt = step => step % 2 == 0, CheckpointAt = step => step % 3 == 0 };
        var picture = Picture(steps: 7);
        await Denoise(picture, observer);
        Assert.Equal(Enumerable.Range(1, 7), observer.Steps);
        Assert.Equal([2, 4, 6], observer.Previews.Select(preview => preview.Step));
        Assert.Equal([3, 6], observer.Checkpoints.Select(checkpoint => checkpoint.Step));
        Assert.Equal(await AloneAsync(Picture(steps: 7)), picture.Latent.ToArray());

        // What is shown at step 6 is where the model means to end, and not the noisy latent that the checkpoint of step 6 holds.
        Assert.NotEqual(observer.Checkpoints.Last().Latent.ToArray(), observer.Previews.Last().Latent);
    }

    [Fact]
    public async Task DenoiseAsync_ResumedAtItsEnd_IsDoneAtOnce()
    {
        var done = Picture();
        await Denoise(done);
        var resumed = Picture();
        resumed.Resume(done.Save());
        var steps = _networks.Steps.Count;
        Assert.Empty((await Denoise(resumed)).Moved);
        Assert.Equal(steps, _networks.Steps.Count);
    }

    [Fact]
    public async Task DenoiseAsync_MoreShapesThanAreKept_KeepsTheBuffersOfBusyOnesAndThenThrowsTheRestAway()
    {
        await RestartAsync(new BatchingOptions { KeptShapes = 1 });
        DenoiseJob[] pictures = [.. Enumerable.Range(2, 4).Select(cells => Picture(seed: cells, steps: 6, size: cells * 8))];
        _networks.Stepping = jobs =>
        {
            foreach (var denoiser in _networks.Denoisers)
                Assert.False(denoiser.Disposed && pictures.Any(picture => picture.Shape == denoiser.Shape && !picture.Done));
        };
        await Task.WhenAll(pictures.Select(picture => Denoise(picture)));
        await Denoise(Picture(steps: 2, size: 64));
        Assert.Equal(5, _networks.Denoisers.Count);
        var kept = Assert.Single(_networks.Denoisers, denoiser => !denoiser.Disposed);
        Assert.Equal(8, kept.Shape.Width);
    }

    [Fact]
    public async Task ForgetAsync_Model_ThrowsItsBuffersAwayAndNoOthers()
    {
        var networks = new FakeNetworks();
        using var other = new LoadedModel(_root.Folder("one"), networks);
        await Denoise(Picture());
        await _batcher.DenoiseAsync(other, other.CreateJob(FakeModelRoot.Picture()), long.MaxValue, new NotingObserver(), default);
        await _batcher.ForgetAsync(_model);
        Assert.True(Assert.Single(_networks.Denoisers).Disposed);
        Assert.False(Assert.Single(networks.Denoisers).Disposed);
        await Denoise(Picture());
        Assert.Equal(2, _networks.Denoisers.Count);
    }

    [Fact]
    public async Task DisposeAsync_PictureUnderWay_EndsTheThreadAndRefusesWhatComesAfter()
    {
        var picture = Picture(steps: 9);
        var held = HoldAt(picture, step: 2);
        var task = Denoise(picture);
        await held.WaitForSyncPoint();
        var disposing = _batcher.DisposeAsync().AsTask();
        held.Continue();
        await disposing;
        Assert.Equal(InferenceFault.Draining, (await Assert.ThrowsAsync<InferenceException>(() => task)).Kind);
        Assert.True(Assert.Single(_networks.Denoisers).Disposed);
        Assert.Equal(InferenceFault.Draining, (await Assert.ThrowsAsync<InferenceException>(() => Denoise(Picture()))).Kind);
        await _batcher.ForgetAsync(_model);
        await _batcher.DisposeAsync();
    }

    [Fact]
    public async Task Load_BeforeWithinAndAfterASteps_CountsRunningWaitingAndFreeRows()
    {
        await RestartAsync(new BatchingOptions { MaxRows = 2 });
        Assert.Equal(new BatcherLoad(0, 0, 2), _batcher.Load);
        var loads = new ConcurrentQueue<BatcherLoad>();
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _batcher.LoadChanged += () =>
        {
            loads.Enqueue(_batcher.Load);
            if (_batcher.Load.Running + _batcher.Load.Waiting == 0)
                idle.TrySetResult();
        };
        var first = Picture(steps: 1);
        var held = HoldAt(first, step: 0);
        var one = Denoise(first);
        await held.WaitForSyncPoint();
        Task[] others = [Denoise(Picture(steps: 2, guidance: 2)), Denoise(Picture(steps: 3, guidance: 2))];
        held.Continue();
        await Task.WhenAll([one, .. others]);
        await idle.Task;
        Assert.Equal([new(1, 0, 1), new(1, 1, 0), new(1, 0, 0), new(0, 0, 2)], loads);
    }

    [Fact]
    public async Task StepTaken_EachStep_TellsTheRowsThatSharedIt()
    {
        var steps = new ConcurrentQueue<(BatchKey Key, int Rows)>();
        _batcher.StepTaken += (key, rows, _) => steps.Enqueue((key, rows));
        await Denoise(Picture(steps: 2, guidance: 3));
        Assert.Equal([2, 2], steps.Select(step => step.Rows));
        Assert.Equal(new BatchKey(_model, _model.Shape(16, 16)), steps.First().Key);
    }

    [Fact]
    public async Task DenoiseAsync_ManySteps_AllocatesNoMoreForTheLastThanForTheFirst()
    {
        var totals = new List<long>();
        _networks.Noting = false;
        _networks.Stepping = _ => totals.Add(GC.GetAllocatedBytesForCurrentThread());
        totals.Capacity = 1000;
        var observer = new SilentObserver();
        await _batcher.DenoiseAsync(_model, Picture(steps: 900), long.MaxValue, observer, default);
        // Whole windows of steps, and the cheapest of them: the runtime allocates now and then on its own account.
        long[] windows = [.. totals.Chunk(50).Where(window => window.Length == 50).Select(window => window[^1] - window[0])];
        Assert.Equal(windows[..6].Min(), windows[^6..].Min());
        Assert.InRange(windows[^6..].Min() / 49, 0, 1024);
    }

    private Task<DenoiseResult> Denoise(DenoiseJob job, NotingObserver? observer = null, CancellationToken cancellationToken = default) =>
        _batcher.DenoiseAsync(_model, job, long.MaxValue, observer ?? new NotingObserver(), cancellationToken);

    private DenoiseJob Picture(long seed = 1, int steps = 4, float guidance = 1, string scheduler = "ddim", int size = 16) =>
        _model.CreateJob(FakeModelRoot.Picture(seed, steps, guidance, scheduler, size));

    private SyncPoint HoldAt(DenoiseJob job, int step)
    {
        var held = new SyncPoint();
        _networks.Stepping = jobs => Hold(held, jobs, job, step);
        return held;
    }

    private static void Hold(SyncPoint held, IReadOnlyList<DenoiseJob> jobs, DenoiseJob job, int step)
    {
        if (jobs.Contains(job) && job.Step == step)
            held.WaitToContinue().GetAwaiter().GetResult();
    }

    private async Task RestartAsync(BatchingOptions options)
    {
        await _batcher.DisposeAsync();
        _batcher = new StepBatcher(options, new CostModel(), TimeProvider.System);
    }

    /// <summary>The latent that a picture ends on when nobody else is there.</summary>
    private async Task<float[]> AloneAsync(DenoiseJob job)
    {
        using var model = new LoadedModel(_root.Folder("one"), new FakeNetworks());
        await using var batcher = new StepBatcher(new BatchingOptions(), new CostModel(), TimeProvider.System);
        await batcher.DenoiseAsync(model, job, long.MaxValue, new NotingObserver(), default);
        return job.Latent.ToArray();
    }

    private sealed class SilentObserver : IDenoiseObserver
    {
        public void Stepped(int step)
        {
        }

        public bool WantsPreview(int step) => false;

        public void Preview(int step, float[] latent)
        {
        }

        public bool WantsCheckpoint(int step) => false;

        public void Checkpoint(DenoiseCheckpoint checkpoint)
        {
        }
    }
}
