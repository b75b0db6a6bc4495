using System.Collections.Concurrent;
using Aigc.Inference.Batching;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;
using Aigc.Inference.Tokenization;
using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests;

public sealed class ShippedModelTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    private const string Prompt = "a red circle above a blue square on a white background";

    [Fact]
    public void Open_ShippedFolder_SaysWhatItIs()
    {
        Assert.Equal(new ModelDescription("tiny-shapes", 77, 128, 4, 8, 128, 4) { HasEncoder = true }, shipped.Model.Description);
        Assert.Equal("DDIMScheduler", shipped.Folder.Scheduler.ClassName);
        Assert.Equal(64, shipped.Folder.ComputeDigest().Length);
    }

    [Fact]
    public void Folder_AllFiles_AreUnder18Megabytes() => Assert.InRange(
        Directory.EnumerateFiles(shipped.Folder.FullPath, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length), 1, 18_000_000);

    [Fact]
    public async Task Denoise_AmongStrangers_IsBitForBitThatOfThePictureAlone()
    {
        var alone = Latent((await shipped.DenoiseAsync(shipped.Picture(Prompt, 3)))[0]);
        PictureSettings[] strangers =
        [
            shipped.Picture("four green stars on a black background", 9, steps: 7),
            shipped.Picture("a heart", 10, steps: 2, guidance: 1),
            shipped.Picture(Prompt, 3),
            shipped.Picture(Prompt, 4, scheduler: "euler", steps: 5),
            .. Enumerable.Range(20, 9).Select(seed => shipped.Picture("two crosses", seed, steps: 3)),
        ];
        Assert.Equal(alone, Latent((await shipped.DenoiseAsync(strangers))[2]));
    }

    [Fact]
    public async Task Denoise_SeedOrPromptDiffers_LatentDiffers()
    {
        var jobs = await shipped.DenoiseAsync(shipped.Picture(Prompt, 3), shipped.Picture(Prompt, 4), shipped.Picture("a green heart", 3));
        Assert.NotEqual(Latent(jobs[0]), Latent(jobs[1]));
        Assert.NotEqual(Latent(jobs[0]), Latent(jobs[2]));
    }

    [Fact]
    public async Task Denoise_EachRun_ReportsTheStepsOfItsJobs()
    {
        var rows = new ConcurrentQueue<int>();
        void Note(BatchKey key, int shared, double seconds) => rows.Enqueue(shared);
        shipped.Batcher.StepTaken += Note;
        await shipped.DenoiseAsync(shipped.Picture(Prompt, 1, steps: 2), shipped.Picture(Prompt, 2, steps: 3));
        shipped.Batcher.StepTaken -= Note;
        // After the one that held them back until both were there: guided, each takes two rows.
        Assert.Equal([2, 2, 1], rows.Skip(1).Select(shared => shared / 2));
    }

    [Fact]
    public async Task Denoise_CancelledAtAStep_StopsThereAndTheNextRunIsSound()
    {
        using var cancel = new CancellationTokenSource();
        var steps = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shipped.DenoiseAsync(
            shipped.Picture(Prompt, 1, steps: 50),
            () =>
            {
                if (++steps == 3)
                    cancel.Cancel();
            },
            cancel.Token));
        await Denoise_AmongStrangers_IsBitForBitThatOfThePictureAlone();
        Assert.Equal(3, steps);
    }

    [Fact]
    public async Task Run_CancelledWithinAStep_EndsBeforeItIsDone()
    {
        // Pictures so large that a step takes a while: the cancellation falls within it.
        using var cancel = new CancellationTokenSource();
        using var denoiser = shipped.Model.CreateDenoiser(new LatentShape(4, 96, 96), capacity: 4);
        DenoiseJob[] jobs = [.. Enumerable.Range(1, 4).Select(seed => Job(shipped.Picture(Prompt, seed, guidance: 1), new LatentShape(4, 96, 96)))];
        var started = new TaskCompletionSource();
        var running = Task.Run(() =>
        {
            started.SetResult();
            denoiser.Step(jobs, cancel.Token);
        });
        await started.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void Step_ManyTimes_AllocatesNoMoreThanAtFirst()
    {
        var shape = new LatentShape(4, 16, 16);
        using var denoiser = shipped.Model.CreateDenoiser(shape, 2);
        DenoiseJob[] jobs = [Job(shipped.Picture(Prompt, 1, steps: 200), shape)];
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
                denoiser.Step(jobs, default);
        }

        var once = Allocations.Of(() => Steps(10));
        Assert.Equal(once, Allocations.Of(() => Steps(10)));
        Assert.InRange(once / 10, 0, 512);
    }

    [Theory]
    [InlineData(136, 128)]
    [InlineData(72, 200)]
    public async Task Decode_AnyMultipleOf8_HasThatSize(int width, int height)
    {
        var settings = shipped.Picture(Prompt, 1, steps: 1) with { Width = width, Height = height };
        var job = (await shipped.DenoiseAsync(settings))[0];
        var picture = shipped.Model.Decode(job.Latent, new LatentShape(4, height / 8, width / 8), default);
        Assert.Equal((width, height), (picture.Width, picture.Height));
        var enhanced = shipped.Model.Enhance(picture, default);
        Assert.Equal((4 * width, 4 * height), (enhanced.Width, enhanced.Height));
    }

    [Theory]
    [InlineData(Prompt)]
    [InlineData("four green stars on a black background")]
    [InlineData("a heart")]
    public async Task Decode_OfARoundedEmbedding_IsThePictureOfTheUnroundedOne(string prompt)
    {
        var rounded = shipped.Picture(prompt, 3, steps: 20);
        var tokenizer = ClipTokenizer.Load(shipped.Folder.TextEncoders[0].Tokenizer);
        float[] Unrounded(string text) => shipped.Model.EncodeText([tokenizer.Encode(text, shipped.Model.Description.TokenCount)], default);
        var unrounded = rounded with { Prompt = Unrounded(prompt), Negative = Unrounded("") };
        Assert.NotEqual(unrounded.Prompt.ToArray(), rounded.Prompt.ToArray());

        var jobs = await shipped.DenoiseAsync(rounded, unrounded);

        var pictures = jobs.Select(job => shipped.Model.Decode(job.Latent, new LatentShape(4, 16, 16), default).Rgba.ToArray()).ToArray();
        var steps = pictures[0].Zip(pictures[1], (one, other) => Math.Abs(one - other)).ToArray();
        // Two, as measured.
        Assert.InRange(steps.Max(), 0, 4);
        Assert.InRange(steps.Average(), 0, .1);
    }

    private DenoiseJob Job(PictureSettings picture, LatentShape shape)
    {
        var scheduler = SchedulerCatalog.Create(picture.Scheduler, shipped.Folder.Scheduler);
        return new DenoiseJob(shape, scheduler, scheduler.CreateSchedule(picture.Steps), picture, picture.Guidance > 1);
    }

    private static float[] Latent(DenoiseJob job) => job.Latent.ToArray();
}
