using Aigc.Inference.Batching;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;

namespace Aigc.Inference.Onnx.Tests.Devices;

/// <summary>Makes jobs for a <see cref="GraphSignature"/>'s graphs.</summary>
internal sealed class JobSource(LatentShape shape, SchedulerConfig? config = null)
{
    private readonly SchedulerConfig _config =
        config ?? new SchedulerConfig { BetaSchedule = BetaSchedule.ScaledLinear, ClipSample = false };

    public DenoiseJob Create(
        string scheduler,
        int steps,
        float guidance = 1,
        int seed = 1,
        int embedding = GraphSignature.Tokens * GraphSignature.Width,
        bool? guided = null)
    {
        var takes = SchedulerCatalog.Create(scheduler, _config);
        var settings = new PictureSettings(
            Embedding(.25f + seed, embedding), Embedding(-.125f, embedding), 24, 16, steps, guidance, seed, scheduler);
        return new DenoiseJob(shape, takes, takes.CreateSchedule(steps), settings, guided ?? guidance > 1);
    }

    // Multiples of 1/64, whose sums are exact in any order: the runtime's mean goes by where in memory its input begins.
    private static float[] Embedding(float value, int length)
    {
        var embedding = new float[length];
        for (var i = 0; i < embedding.Length; i++)
            embedding[i] = value + i % 7 / 64f;
        return embedding;
    }
}
