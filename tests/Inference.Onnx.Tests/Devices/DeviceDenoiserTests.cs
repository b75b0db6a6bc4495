using Aigc.Inference.Batching;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx.Devices;
using Aigc.Inference.Scheduling;
using Aigc.TestKit;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests.Devices;

public sealed class DeviceDenoiserTests : IDisposable
{
    private static readonly LatentShape _shape = new(4, 2, 3);
    private static readonly GraphSignature _plain =
        new(TensorElementType.Int32, TensorElementType.Float, TensorElementType.Float, ["batch"]);
    private static readonly JobSource _jobs = new(_shape);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<GraphSignature> Signatures =>
    [
        _plain,
        new(TensorElementType.Int64, TensorElementType.Float16, TensorElementType.Int64, ["batch"]),
        new(TensorElementType.Int64, TensorElementType.Float16, TensorElementType.Float16, ["batch"]),
        new(TensorElementType.Int64, TensorElementType.Float, TensorElementType.Int64, []),
        new(TensorElementType.Int64, TensorElementType.Float16, TensorElementType.Float, [1]),
        new(TensorElementType.Int64, TensorElementType.Float, TensorElementType.Double, ["batch"]),
    ];

    public static TheoryData<string> Schedulers => [.. SchedulerCatalog.Names];

    [Theory]
    [MemberData(nameof(Schedulers))]
    public void Step_EachScheduler_IsTheHostsBitForBit(string scheduler)
    {
        using var model = Load(_plain);
        var (here, there) = (Run(model, DenoiserPlacement.Host), Run(model, DenoiserPlacement.Device));
        for (var i = 0; i < here.Length; i++)
            Assert.Equal(here[i].Latent.ToArray(), there[i].Latent.ToArray());

        DenoiseJob[] Run(OnnxDiffusionModel model, DenoiserPlacement placement)
        {
            DenoiseJob[] jobs = [_jobs.Create(scheduler, 6, guidance: 5), _jobs.Create(scheduler, 4, guidance: 1, seed: 2)];
            using var denoiser = Denoiser(model, placement, capacity: 3);
            RunToEnd(denoiser, jobs);
            return jobs;
        }
    }

    [Theory]
    [MemberData(nameof(Signatures))]
    public void Step_JobsOfAllSchedulersJoinAndLeave_IsTheHostsBitForBit(GraphSignature signature)
    {
        using var model = Load(signature);
        var here = RunMixed(model, DenoiserPlacement.Host);
        var there = RunMixed(model, DenoiserPlacement.Device);
        for (var i = 0; i < here.Length; i++)
        {
            Assert.True(here[i].Done && there[i].Done);
            Assert.Equal(here[i].Latent.ToArray(), there[i].Latent.ToArray());
            Assert.Equal(here[i].HistoryBuffer.ToArray(), there[i].HistoryBuffer.ToArray());
        }
    }

    public static TheoryData<ModelKind> Kinds =>
        [ModelKind.StableDiffusion15, ModelKind.SdTurbo, ModelKind.Lcm, ModelKind.Sdxl, ModelKind.SdxlHalf];

    // The products of these graphs need not round alike for inputs that begin elsewhere in memory, so the bound is that of a float32 sum.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Step_EachFamilyOfModels_IsTheHosts(ModelKind kind)
    {
        kind.Write(_folder.Path);
        using var model = Open();
        var (here, there) = (Run(DenoiserPlacement.Host), Run(DenoiserPlacement.Device));
        for (var i = 0; i < here.Length; i++)
        {
            Assert.NotEqual(here[i].Latent.ToArray(), here[(i + 1) % here.Length].Latent.ToArray());
            for (var at = 0; at < _shape.Length; at++)
                Assert.Equal(here[i].Latent[at], there[i].Latent[at], 1e-4f);
        }

        DenoiseJob[] Run(DenoiserPlacement placement)
        {
            DenoiseJob[] jobs = [Job(8, "lcm", 1), Job(1.5f, "dpmpp_2m", 2), Job(1, "euler_ancestral", 3)];
            using var denoiser = Denoiser(model, placement, capacity: 5);
            RunToEnd(denoiser, jobs);
            return jobs;
        }

        DenoiseJob Job(float guidance, string scheduler, int seed) => _jobs.Create(
            scheduler, 3, guidance, seed, model.Description.EmbeddingLength, guided: guidance > 1 && !model.Description.EmbedsGuidance);
    }

    [Fact]
    public void Step_BetweenSteps_TheJobsBuffersStayAsTheyWere()
    {
        using var model = Load(_plain);
        using var denoiser = Denoiser(model, DenoiserPlacement.Device, capacity: 2);
        var job = _jobs.Create("euler", 4);
        var start = job.Latent.ToArray();
        denoiser.Step([job], default);
        Assert.Equal(1, job.Step);
        Assert.Equal(start, job.Latent.ToArray());
        denoiser.Download(job);
        Assert.NotEqual(start, job.Latent.ToArray());
    }

    [Theory]
    [InlineData("dpmpp_2m")]
    [InlineData("pndm")]
    [InlineData("euler_ancestral")]
    public void Step_JobIsTakenOffAndComesBack_GoesOnWhereItWas(string scheduler)
    {
        using var model = Load(_plain);
        using var denoiser = (DeviceDenoiser)Denoiser(model, DenoiserPlacement.Device, capacity: 2);
        using var other = Denoiser(model, DenoiserPlacement.Device, capacity: 2);
        var (undisturbed, job) = (_jobs.Create(scheduler, 6), _jobs.Create(scheduler, 6));
        RunToEnd(other, [undisturbed]);
        for (var step = 0; step < 3; step++)
            denoiser.Step([job], default);
        denoiser.Download(job);
        denoiser.Release(job);
        Assert.Equal(0, denoiser.SeatedCount);

        // Its slot is another's meanwhile, and it comes back by way of another denoiser.
        denoiser.Step([_jobs.Create("pndm", 5, seed: 8)], default);
        other.Step([job], default);
        other.Download(job);
        RunToEnd(denoiser, [job]);
        Assert.Equal(undisturbed.Latent.ToArray(), job.Latent.ToArray());
    }

    [Fact]
    public void Step_MoreJobsInTurnThanSlots_TheOneThatWaitedLongestGoesHomeAndComesBack()
    {
        using var model = Load(_plain);
        using var host = Denoiser(model, DenoiserPlacement.Host, capacity: 2);
        using var device = Denoiser(model, DenoiserPlacement.Device, capacity: 2);
        var (here, there) = (Five(), Five());
        for (var turn = 0; turn < 5 * 6; turn++)
        {
            host.Step([here[turn % 5]], default);
            device.Step([there[turn % 5]], default);
            Assert.InRange(((DeviceDenoiser)device).SeatedCount, 1, 2);
        }

        for (var i = 0; i < 5; i++)
        {
            device.Download(there[i]);
            Assert.Equal(here[i].Latent.ToArray(), there[i].Latent.ToArray());
        }

        static DenoiseJob[] Five() => [.. Enumerable.Range(1, 5).Select(seed => _jobs.Create("dpmpp_2m", 6, seed: seed))];
    }

    [Fact]
    public void Step_Cancelled_LeavesEveryJobAsItWasBefore()
    {
        using var model = Load(_plain);
        using var denoiser = Denoiser(model, DenoiserPlacement.Device, capacity: 2);
        using var other = Denoiser(model, DenoiserPlacement.Device, capacity: 2);
        var (undisturbed, job) = (_jobs.Create("dpmpp_2m", 5), _jobs.Create("dpmpp_2m", 5));
        RunToEnd(other, [undisturbed]);
        denoiser.Step([job], default);
        Assert.ThrowsAny<OperationCanceledException>(() => denoiser.Step([job], new CancellationToken(canceled: true)));
        Assert.Equal(1, job.Step);
        RunToEnd(denoiser, [job]);
        Assert.Equal(undisturbed.Latent.ToArray(), job.Latent.ToArray());
    }

    [Fact]
    public void Step_ScheduleClips_IsTakenOnTheHostAndTheNextOnTheDeviceAgain()
    {
        using var model = Load(_plain);
        var clipping = new JobSource(_shape, new SchedulerConfig { BetaSchedule = BetaSchedule.ScaledLinear, ClipSample = true });
        DenoiseJob[] Pair() => [clipping.Create("ddim", 2), clipping.Create("euler", 5, guidance: 3, seed: 4)];
        var (here, there) = (Pair(), Pair());
        Assert.False(here[0].Schedule.IsLinear);
        using var host = Denoiser(model, DenoiserPlacement.Host, capacity: 3);
        using var device = (DeviceDenoiser)Denoiser(model, DenoiserPlacement.Device, capacity: 3);
        host.Step([here[1]], default);
        host.Step(here, default);
        RunToEnd(host, here);
        device.Step([there[1]], default);
        Assert.Equal(1, device.SeatedCount);
        device.Step(there, default);
        Assert.Equal(0, device.SeatedCount);
        device.Step(there, default);
        device.Step([there[1]], default);
        Assert.Equal(1, device.SeatedCount);
        RunToEnd(device, there);
        for (var i = 0; i < 2; i++)
            Assert.Equal(here[i].Latent.ToArray(), there[i].Latent.ToArray());
    }

    [Fact]
    public void Step_NumbersThatOverflowInASlot_DoNotReachTheJobThatFollows()
    {
        using var model = Load(_plain);
        using var device = Denoiser(model, DenoiserPlacement.Device, capacity: 1);
        var broken = _jobs.Create("pndm", 6);
        broken.LatentBuffer.Fill(float.PositiveInfinity);
        for (var step = 0; step < 4; step++)
            device.Step([broken], default);
        device.Download(broken);
        device.Release(broken);
        Assert.DoesNotContain(broken.Latent.ToArray(), float.IsFinite);

        var sound = _jobs.Create("ddim", 3);
        RunToEnd(device, [sound]);
        Assert.All(sound.Latent.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Step_RowsArePadded_LatentsAreThoseWithoutPadding()
    {
        using var model = Load(_plain);
        var unpadded = RunMixed(model, DenoiserPlacement.Device);
        using var padded = (DeviceDenoiser)Denoiser(model, DenoiserPlacement.Device, capacity: 12, pads: true);
        var ran = new HashSet<int>();
        var jobs = RunMixed(padded, () => ran.Add(padded.RowsRun));
        Assert.Subset(new HashSet<int> { 1, 2, 4, 8, 12 }, ran);
        Assert.True(ran.Count > 2);
        // The graph of this test rounds alike in a batch of any size; a real one need not.
        for (var i = 0; i < jobs.Length; i++)
            Assert.Equal(unpadded[i].Latent.ToArray(), jobs[i].Latent.ToArray());
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 5)]
    public void Step_OddSequenceOfBatches_BindsEachNumberOfRowsOnce(bool pads, int most)
    {
        using var model = Load(_plain);
        using var device = (DeviceDenoiser)Denoiser(model, DenoiserPlacement.Device, capacity: 16, pads: pads);
        int[] sizes = [16, 7, 7, 3, 1, 16, 9, 2, 5, 11, 4, 13, 6, 8, 10, 12, 14, 15];
        var jobs = Enumerable.Range(1, 16).Select(seed => _jobs.Create("euler", 60, seed: seed)).ToArray();
        foreach (var size in sizes)
            device.Step(jobs[..size], default);
        Assert.InRange(device.BindingCount, 1, most);
        var (bound, seated) = (device.BindingCount, device.SeatedCount);
        for (var round = 0; round < 2; round++)
        {
            foreach (var size in sizes)
                device.Step(jobs[(16 - size)..], default);
        }

        Assert.Equal((bound, seated), (device.BindingCount, device.SeatedCount));
    }

    [Fact]
    public void Run_OddSequenceOfBatchesOnTheHost_BindsEachNumberOfRowsOnce()
    {
        using var model = Load(_plain);
        using var batch = (OnnxDenoiseBatch)model.CreateBatch(_shape, 16);
        foreach (var rows in (int[])[16, 7, 7, 3, 16, 7, 3, 9, 7])
            batch.Run(rows, default);
        Assert.Equal(4, batch.BindingCount);
    }

    private OnnxDiffusionModel Load(GraphSignature signature)
    {
        signature.Write(_folder.Path);
        return Open();
    }

    private OnnxDiffusionModel Open() =>
        OnnxDiffusionModel.Load(ModelFolder.Open(_folder.Path), new OnnxRuntimeOptions { Provider = ExecutionProvider.Cpu });

    private static IDenoiser Denoiser(OnnxDiffusionModel model, DenoiserPlacement placement, int capacity, bool pads = false) =>
        model.CreateDenoiser(_shape, capacity, placement, pads);

    private static DenoiseJob[] RunMixed(OnnxDiffusionModel model, DenoiserPlacement placement)
    {
        using var denoiser = Denoiser(model, placement, capacity: 12);
        return RunMixed(denoiser, () => { });
    }

    // One joins at each step; those that are done leave.
    private static DenoiseJob[] RunMixed(IDenoiser denoiser, Action stepped)
    {
        var jobs = SchedulerCatalog.Names
            .Select((name, i) => _jobs.Create(name, 3 + i % 4, guidance: i % 3 == 0 ? 1 : 2 + i, seed: i + 1))
            .ToArray();
        for (var step = 0; jobs.Any(job => !job.Done); step++)
        {
            DenoiseJob[] active = [.. jobs.Take(step + 1).Where(job => !job.Done)];
            denoiser.Step(active, default);
            stepped();
            Leave(denoiser, active);
        }

        return jobs;
    }

    private static void RunToEnd(IDenoiser denoiser, DenoiseJob[] jobs)
    {
        while (jobs.Any(job => !job.Done))
        {
            DenoiseJob[] active = [.. jobs.Where(job => !job.Done)];
            denoiser.Step(active, default);
            Leave(denoiser, active);
        }
    }

    private static void Leave(IDenoiser denoiser, DenoiseJob[] jobs)
    {
        foreach (var job in jobs.Where(job => job.Done))
        {
            denoiser.Download(job);
            denoiser.Release(job);
        }
    }
}
