using Aigc.Inference.Models;
using Aigc.Inference.Noise;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Generation;

/// <summary>One picture on its way from noise: its latent, and the step it is at. The scheduler holds neither.</summary>
public sealed class DenoiseJob
{
    private readonly float[] _latent;
    private readonly float[] _history;

    /// <summary>Draws the noise that the picture starts from.</summary>
    /// <param name="shape">The shape of its latent.</param>
    /// <param name="scheduler">Takes it through its steps.</param>
    /// <param name="schedule">The steps, of <paramref name="scheduler"/>.</param>
    /// <param name="seed">The seed of its noise.</param>
    /// <param name="guidance">Classifier-free guidance scale.</param>
    /// <param name="embedding">The prompt's embedding.</param>
    /// <param name="negative">The negative prompt's embedding; not read where guidance is 1 or below.</param>
    public DenoiseJob(
        LatentShape shape,
        IScheduler scheduler,
        Schedule schedule,
        long seed,
        float guidance,
        ReadOnlyMemory<float> embedding,
        ReadOnlyMemory<float> negative)
    {
        Scheduler = scheduler;
        Schedule = schedule;
        Guidance = guidance;
        Embedding = embedding;
        Negative = negative;
        _latent = new float[shape.Length];
        _history = new float[scheduler.HistoryLength * shape.Length];
        GaussianNoise.Fill(seed, GaussianNoise.InitialLatent, _latent);
        foreach (ref var value in _latent.AsSpan())
            value *= schedule.InitNoiseSigma;
    }

    /// <summary>The latent as it is now.</summary>
    public ReadOnlySpan<float> Latent => _latent;

    /// <summary>The next step, from 0.</summary>
    public int Step { get; private set; }

    /// <summary>Whether every step is done.</summary>
    public bool Done => Step == Schedule.Count;

    /// <summary>Rows it takes in a batch: with guidance, one with the negative prompt and one with the prompt.</summary>
    public int Rows => Guided ? 2 : 1;

    internal IScheduler Scheduler { get; }

    internal Schedule Schedule { get; }

    internal float Guidance { get; }

    internal bool Guided => Guidance > 1;

    internal ReadOnlyMemory<float> Embedding { get; }

    internal ReadOnlyMemory<float> Negative { get; }

    internal void Advance(ReadOnlySpan<float> modelOutput)
    {
        Scheduler.Step(Schedule, Step, modelOutput, _latent, new StepContext { History = _history });
        Step++;
    }
}
