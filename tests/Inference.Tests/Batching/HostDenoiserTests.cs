using Aigc.Inference.Batching;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Batching;

public sealed class HostDenoiserTests
{
    private static readonly LatentShape _shape = new(4, 2, 2);
    private static readonly ReadOnlyMemory<float> _prompt = new float[] { .5f };
    private static readonly ReadOnlyMemory<float> _negative = new float[] { -.25f };

    [Fact]
    public void Step_JobsOfSeveralKinds_EachGoesAsItWouldAlone()
    {
        DenoiseJob[] Jobs() => [Job("ddim", steps: 3, guidance: 4), Job("euler", steps: 5, guidance: 1), Job("ddim", steps: 5, guidance: 2, seed: 2)];
        var together = Jobs();
        RunToEnd(together);
        var alone = Jobs();
        foreach (var job in alone)
            RunToEnd(job);
        for (var i = 0; i < alone.Length; i++)
            Assert.Equal(alone[i].Latent.ToArray(), together[i].Latent.ToArray());
    }

    [Fact]
    public void Step_GuidedJob_TakesTwoRowsAndMixesThemByTheScale()
    {
        using var batch = new FakeBatch(_shape, 4);
        using var denoiser = new HostDenoiser(batch);
        var guided = Job("ddim", steps: 1, guidance: 3);
        var mixed = Job("ddim", steps: 1, guidance: 1);
        denoiser.Step([guided, mixed], default);
        Assert.Equal([3], batch.Runs);

        // negative + 3 * (prompt - negative), all else being equal, is what a prompt of 2 alone says.
        var same = Job("ddim", steps: 1, guidance: 1, prompt: new float[] { 2 });
        denoiser.Step([same], default);
        for (var i = 0; i < _shape.Length; i++)
            Assert.Equal(same.Latent[i], guided.Latent[i], 1e-5f);
        Assert.NotEqual(guided.Latent.ToArray(), mixed.Latent.ToArray());
    }

    [Fact]
    public void Step_EachStep_TellsTheScheduledTimesteps()
    {
        using var batch = new FakeBatch(_shape, 2);
        using var denoiser = new HostDenoiser(batch);
        var job = Job("ddim", steps: 2, guidance: 1);
        foreach (var timestep in Scheduler("ddim").CreateSchedule(2).Timesteps)
        {
            denoiser.Step([job], default);
            Assert.Equal(timestep, batch.Timesteps[0]);
        }

        Assert.True(job.Done);
    }

    [Fact]
    public void Step_JobsOfSeveralKinds_TellsEachRowItsGuidance()
    {
        using var batch = new FakeBatch(_shape, 3);
        using var denoiser = new HostDenoiser(batch);
        denoiser.Step([Job("ddim", steps: 2, guidance: 3), Job("ddim", steps: 2, guidance: 1)], default);
        Assert.Equal([3f, 3, 1], batch.Guidance);
    }

    [Fact]
    public void Step_SameRowsAgain_SetsNoEmbeddingTwice()
    {
        using var batch = new FakeBatch(_shape, 2);
        using var denoiser = new HostDenoiser(batch);
        var job = Job("ddim", steps: 5, guidance: 4);
        for (var i = 0; i < 5; i++)
            denoiser.Step([job], default);
        Assert.Equal(2, batch.EmbeddingsSet);
    }

    [Fact]
    public void Step_Cancelled_LeavesEveryJobAsItWas()
    {
        using var denoiser = new HostDenoiser(new FakeBatch(_shape, 2));
        var job = Job("ddim", steps: 5, guidance: 4);
        var before = job.Latent.ToArray();
        Assert.ThrowsAny<OperationCanceledException>(() => denoiser.Step([job], new CancellationToken(canceled: true)));
        Assert.Equal(0, job.Step);
        Assert.Equal(before, job.Latent.ToArray());
    }

    [Fact]
    public void Step_ManyTimes_AllocatesNothing()
    {
        using var denoiser = new HostDenoiser(new FakeBatch(_shape, 2) { Runs = { Capacity = 4096 } });
        DenoiseJob[] jobs = [Job("euler", steps: 900, guidance: 4)];
        Assert.Equal(0L, Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++)
                denoiser.Step(jobs, default);
        }));
    }

    private static IScheduler Scheduler(string name) =>
        SchedulerCatalog.Create(name, new SchedulerConfig { ClipSample = false, BetaSchedule = BetaSchedule.ScaledLinear, StepsOffset = 1 });

    private static DenoiseJob Job(string scheduler, int steps, float guidance, long seed = 1, float[]? prompt = null) => new(
        _shape,
        Scheduler(scheduler),
        Scheduler(scheduler).CreateSchedule(steps),
        new PictureSettings(prompt ?? _prompt, _negative, 16, 16, steps, guidance, seed, scheduler),
        guided: guidance > 1);

    private static void RunToEnd(params DenoiseJob[] jobs)
    {
        using var denoiser = new HostDenoiser(new FakeBatch(_shape, 8));
        while (jobs.Where(job => !job.Done).ToArray() is { Length: > 0 } left)
            denoiser.Step(left, default);
    }
}
