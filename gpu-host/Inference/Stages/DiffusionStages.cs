using System.Collections.Concurrent;
using Aigc.Inference.Faults;
using Aigc.Inference.Batching;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Prompts;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Stages;

/// <summary>
/// The stages of the chain over one loaded model: understand, generate (denoise, decode) and enhance. Safe for many
/// threads, but for <see cref="Denoise"/>, which one caller may be in at a time.
/// </summary>
/// <remarks>Every method throws <see cref="InferenceException"/>, and <see cref="OperationCanceledException"/> when cancelled.</remarks>
public sealed class DiffusionStages : IDisposable
{
    /// <summary>Rows of the denoiser that share a run: from here on, a larger batch makes no picture cheaper on a CPU.</summary>
    public const int BatchRows = 16;

    private const int KeptShapes = 4;

    private readonly ModelFolder _folder;
    private readonly IDiffusionModel _model;
    private readonly PromptEncoder _prompts;
    private readonly ConcurrentDictionary<string, IScheduler> _schedulers = new();
    private readonly ConcurrentDictionary<(string Scheduler, int Steps), Schedule> _schedules = new();
    private readonly List<(LatentShape Shape, IDenoiser Denoiser)> _denoisers = [];

    /// <summary>Takes a model over.</summary>
    /// <param name="folder">The folder it was loaded from.</param>
    /// <param name="model">The model; disposed with this.</param>
    public DiffusionStages(ModelFolder folder, IDiffusionModel model)
    {
        _folder = folder;
        _model = model;
        _prompts = PromptEncoder.Load(folder, model);
    }

    /// <summary>Prompts to embeddings.</summary>
    /// <param name="prompts">Any texts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One for each prompt, in order.</returns>
    public IReadOnlyList<EncodedPrompt> Understand(IReadOnlyList<string> prompts, CancellationToken cancellationToken) =>
        _prompts.Encode(prompts, cancellationToken);

    /// <summary>Takes pictures from noise to latents, as many in each run as there is room for.</summary>
    /// <param name="pictures">The pictures, all of one size.</param>
    /// <param name="stepped">Told after each run how many steps were done, over all pictures.</param>
    /// <param name="cancellationToken">Gives up within the step under way.</param>
    /// <returns>A finished latent for each picture, in order.</returns>
    public IReadOnlyList<DenoiseJob> Denoise(IReadOnlyList<PictureSettings> pictures, Action<int> stepped, CancellationToken cancellationToken)
    {
        var shape = Shape(pictures[0].Width, pictures[0].Height);
        DenoiseJob[] jobs = [.. pictures.Select(p => Job(p, shape))];
        var denoiser = DenoiserFor(shape);
        var waiting = new Queue<DenoiseJob>(jobs);
        var active = new List<DenoiseJob>();
        while (true)
        {
            active.RemoveAll(job => job.Done);
            while (waiting.TryPeek(out var next) && active.Sum(job => job.Rows) + next.Rows <= BatchRows)
                active.Add(waiting.Dequeue());
            if (active.Count == 0)
                return jobs;
            denoiser.Step(active, cancellationToken);
            stepped(active.Count);
        }
    }

    /// <summary>Latent to picture.</summary>
    /// <param name="job">A job that is done.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Picture Decode(DenoiseJob job, int width, int height, CancellationToken cancellationToken) =>
        _model.Decode(job.Latent, Shape(width, height), cancellationToken);

    /// <summary>Picture to super-resolved picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Picture Enhance(Picture picture, CancellationToken cancellationToken) => _model.Enhance(picture, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, denoiser) in _denoisers)
            denoiser.Dispose();
        _model.Dispose();
    }

    private LatentShape Shape(int width, int height)
    {
        var factor = _model.Description.LatentFactor;
        return new LatentShape(_model.Description.LatentChannels, height / factor, width / factor);
    }

    private DenoiseJob Job(PictureSettings picture, LatentShape shape)
    {
        var scheduler = _schedulers.GetOrAdd(picture.Scheduler, name => SchedulerCatalog.Create(name, _folder.Scheduler));
        var schedule = _schedules.GetOrAdd((picture.Scheduler, picture.Steps), key => scheduler.CreateSchedule(key.Steps));
        return new DenoiseJob(shape, scheduler, schedule, picture, picture.Guidance > 1 && !_model.Description.EmbedsGuidance);
    }

    // The buffers of the shapes used last are kept: a batch of large pictures takes hundreds of megabytes, so not of every shape.
    private IDenoiser DenoiserFor(LatentShape shape)
    {
        var at = _denoisers.FindIndex(d => d.Shape == shape);
        var entry = at >= 0 ? _denoisers[at] : (Shape: shape, Denoiser: _model.CreateDenoiser(shape, BatchRows));
        if (at >= 0)
            _denoisers.RemoveAt(at);
        _denoisers.Insert(0, entry);
        if (_denoisers.Count > KeptShapes)
        {
            _denoisers[^1].Denoiser.Dispose();
            _denoisers.RemoveAt(_denoisers.Count - 1);
        }

        return entry.Denoiser;
    }
}
