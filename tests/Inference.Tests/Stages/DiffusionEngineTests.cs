using Aigc.Inference.Costs;
using Aigc.Inference.Imaging;
using Aigc.Inference.Stages;
using Aigc.Inference.Tests.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Stages;

public sealed class DiffusionEngineTests
{
    private const int Side = 2000;
    private const int Pictures = 8;

    [Fact]
    public async Task PrepareAsync_LargePicturesWaitForTheDevice_AreDecodedOneByOneAndOnlyTheFittedOnesStay()
    {
        using var root = new FakeModelRoot("fake");
        var (networks, held, log) = (new FakeNetworks(), new SyncPoint(), new FitLog(Pictures));
        networks.Running = _ => held.WaitToContinue().GetAwaiter().GetResult();
        await using var engine = new DiffusionEngine(root.Open(), _ => networks, new EngineOptions { Lanes = 1 }, TimeProvider.System);
        using var lease = await engine.Models.AcquireAsync("", default);
        var file = File();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var preparing = Task.WhenAll(Enumerable.Range(0, Pictures).Select(
            _ => engine.PrepareAsync(lease.Model, file, PictureDecoder.DefaultMaxPixels, 16, 16, log, default)));
        await log.AllFitted;
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        held.Continue();
        await preparing;

        // Other tests of this process may hold something too, though not as much as half of the pictures.
        Assert.InRange(kept, long.MinValue, Pictures / 2 * (long)Picture.BytesPerPixel * Side * Side);
        Assert.All(log.Fits.Skip(1).Zip(log.Fits), static pair => Assert.True(pair.First.Start >= pair.Second.End));
    }

    [Fact]
    public async Task DemandOf_InputPicture_CountsItsFileAndTheFittedPicture()
    {
        using var root = new FakeModelRoot("fake");
        await using var engine = new DiffusionEngine(root.Open(), _ => new FakeNetworks(), new EngineOptions(), TimeProvider.System);
        var card = await engine.Models.Catalog.CardAsync("");
        engine.Costs.Learn("fake", Work.Prepare, 256, 2);
        var plain = engine.DemandOf(card, new(4, 2, 2), 4, guided: false, enhance: false, inputBytes: null);
        var input = engine.DemandOf(card, new(4, 2, 2), 4, guided: false, enhance: false, inputBytes: 1000);

        Assert.Equal(plain.Bytes + 1000 + 4 * 256 + 2 * 4 * 16, input.Bytes);
        Assert.Equal((plain.Seconds + 2, plain.AloneSeconds + 2), (input.Seconds, input.AloneSeconds));
        // A reference may say anything: many of them still add up.
        var huge = engine.DemandToPrepare(card, new(4, 2, 2), long.MaxValue);
        Assert.True(Enumerable.Repeat(huge, 1000).Sum(static demand => demand.Bytes) > int.MaxValue);
    }

    private static byte[] File() =>
        PictureEncoder.Encode(new Picture(Side, Side, new byte[Side * Side * Picture.BytesPerPixel]), PictureFormat.Png, 90);

    private sealed class FitLog(int pictures) : IWorkLog
    {
        private readonly Lock _gate = new();
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<(long Start, long End)> Fits { get; } = [];

        public Task AllFitted => _all.Task.WaitAsync(TimeSpan.FromSeconds(60));

        public void Note(Work work, long queuedAt, long startedAt, long endedAt)
        {
            if (work != Work.Fit)
                return;
            lock (_gate)
            {
                Fits.Add((startedAt, endedAt));
                if (Fits.Count == pictures)
                    _all.SetResult();
            }
        }
    }
}
