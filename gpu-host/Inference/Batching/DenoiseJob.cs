using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Noise;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;

namespace Aigc.Inference.Batching;

/// <summary>One picture on its way from noise: its latent, and the step it is at. The scheduler holds neither.</summary>
public sealed class DenoiseJob
{
    private readonly long _seed;
    private readonly float[] _latent;
    private readonly float[] _history;
    private readonly float[] _noise;
    private float[] _clean = [];
    private bool _hasClean;

    /// <summary>Draws the noise that the picture starts from.</summary>
    /// <param name="shape">The shape of its latent.</param>
    /// <param name="scheduler">Takes it through its steps.</param>
    /// <param name="schedule">The steps, of <paramref name="scheduler"/>.</param>
    /// <param name="settings">What decides the picture.</param>
    /// <param name="guided">Whether its guidance takes a row of its own in a batch: classifier-free guidance above 1.</param>
    public DenoiseJob(LatentShape shape, IScheduler scheduler, Schedule schedule, PictureSettings settings, bool guided)
    {
        Shape = shape;
        Scheduler = scheduler;
        Schedule = schedule;
        Guidance = settings.Guidance;
        Guided = guided;
        Embedding = settings.Prompt;
        Negative = settings.Negative;
        _seed = settings.Seed;
        _latent = new float[shape.Length];
        _history = new float[scheduler.HistoryLength * shape.Length];
        _noise = scheduler.NeedsNoise ? new float[shape.Length] : [];
        GaussianNoise.Fill(_seed, GaussianNoise.InitialLatent, _latent);
        if (!settings.Image.IsEmpty)
        {
            Step = schedule.Begin;
            schedule.AddNoise(Step, settings.Image.Span, _latent, _latent);
            return;
        }

        foreach (ref var value in _latent.AsSpan())
            value *= schedule.InitNoiseSigma;
    }

    /// <summary>The shape of its latent.</summary>
    public LatentShape Shape { get; }

    /// <summary>The latent as it was when it was last brought here; see <see cref="IDenoiser.Download"/>.</summary>
    public ReadOnlySpan<float> Latent => _latent;

    /// <summary>The next step, from <see cref="Schedule.Begin"/>.</summary>
    public int Step { get; private set; }

    /// <summary>Whether every step is done.</summary>
    public bool Done => Step == Schedule.Count;

    /// <summary>Rows it takes in a batch: with guidance, one with the negative prompt and one with the prompt.</summary>
    public int Rows => Guided ? 2 : 1;

    /// <summary>Takes it through its steps.</summary>
    public IScheduler Scheduler { get; }

    /// <summary>Its steps.</summary>
    public Schedule Schedule { get; }

    /// <summary>Guidance scale.</summary>
    public float Guidance { get; }

    /// <summary>Whether a step mixes what the model says of the negative prompt and of the prompt.</summary>
    public bool Guided { get; }

    /// <summary>The prompt's embedding.</summary>
    public ReadOnlyMemory<float> Embedding { get; }

    /// <summary>The negative prompt's embedding; not read where it is not <see cref="Guided"/>.</summary>
    public ReadOnlyMemory<float> Negative { get; }

    /// <summary>The latent, for a denoiser to bring here from its device.</summary>
    public Span<float> LatentBuffer => _latent;

    /// <summary>The scheduler's history, for a denoiser likewise.</summary>
    public Span<float> HistoryBuffer => _history;

    /// <summary>The noise that the next step adds; empty where the scheduler adds none. The same whichever host works it out.</summary>
    public ReadOnlySpan<float> NextNoise()
    {
        if (_noise.Length > 0)
            GaussianNoise.Fill(_seed, 1 + Step, _noise);
        return _noise;
    }

    /// <summary>Takes the latent here through its next step.</summary>
    /// <param name="modelOutput">What the model said, guidance applied.</param>
    public void Advance(ReadOnlySpan<float> modelOutput)
    {
        if (KeepClean)
        {
            if (_clean.Length == 0)
                _clean = new float[_latent.Length];
            Schedule.PredictClean(Step, _latent, modelOutput, _clean);
        }

        Scheduler.Step(Schedule, Step, modelOutput, _latent, new StepContext { History = _history, Noise = NextNoise() });
        _hasClean = KeepClean;
        Step++;
    }

    /// <summary>Its denoising so far, in memory of its own.</summary>
    public DenoiseCheckpoint Save() => new(Step, _latent.ToArray(), _history.ToArray());

    /// <summary>Goes on where a checkpoint was made.</summary>
    /// <param name="checkpoint">A checkpoint of the same picture.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadRequest"/>: it is not of a picture like this.</exception>
    public void Resume(DenoiseCheckpoint checkpoint)
    {
        if (checkpoint.Latent.Length != _latent.Length || checkpoint.History.Length != _history.Length
            || checkpoint.Step < Schedule.Begin || checkpoint.Step > Schedule.Count)
        {
            throw new InferenceException(
                InferenceFault.BadRequest, "the checkpoint belongs to another picture: leave it out, and the picture is made from the start");
        }

        checkpoint.Latent.Span.CopyTo(_latent);
        checkpoint.History.Span.CopyTo(_history);
        Step = checkpoint.Step;
    }

    /// <summary>Whether the next step is to leave the model's estimate of the clean latent in <see cref="Clean"/>.</summary>
    internal bool KeepClean { get; set; }

    /// <summary>The clean latent as the model estimated it in the last step; empty where that was not kept.</summary>
    internal ReadOnlySpan<float> Clean => _hasClean ? _clean : [];

    /// <summary>Counts a step that a denoiser took on its device.</summary>
    public void CountStep()
    {
        // What a step here left is of a latent that is no longer the picture's.
        _hasClean = false;
        Step++;
    }
}
