using Aigc.Inference.Batching;
using Aigc.Inference.Prompts;
using Aigc.Inference.Stages;

namespace Aigc.Inference.Models;

/// <summary>A model in memory with what is made from its folder: tokenizer, prompt cache, schedulers. Safe for many threads.</summary>
public sealed class LoadedModel : IDisposable
{
    /// <summary>Takes a model over.</summary>
    /// <param name="folder">The folder it was loaded from.</param>
    /// <param name="networks">Its networks; disposed with this.</param>
    public LoadedModel(ModelFolder folder, IDiffusionModel networks)
    {
        Folder = folder;
        Networks = networks;
        Prompts = PromptEncoder.Load(folder, networks);
    }

    /// <summary>The folder's own name.</summary>
    public string Name => Folder.Name;

    /// <summary>The folder it was loaded from.</summary>
    public ModelFolder Folder { get; }

    /// <summary>Its networks.</summary>
    public IDiffusionModel Networks { get; }

    /// <summary>Its prompts' embeddings.</summary>
    public PromptEncoder Prompts { get; }

    /// <summary>The shape of the latent of a picture.</summary>
    /// <param name="width">Width before enhancement, in pixels.</param>
    /// <param name="height">Height before enhancement, in pixels.</param>
    public LatentShape Shape(int width, int height)
    {
        var description = Networks.Description;
        return new LatentShape(description.LatentChannels, height / description.LatentFactor, width / description.LatentFactor);
    }

    /// <summary>Whether pictures of this guidance take a row of their own for the negative prompt.</summary>
    /// <param name="guidance">The guidance scale.</param>
    public bool IsGuided(float guidance) => guidance > 1 && !Networks.Description.EmbedsGuidance;

    /// <summary>Puts a picture at its beginning.</summary>
    /// <param name="settings">What decides the picture.</param>
    /// <exception cref="Faults.InferenceException">The scheduler is unknown, or cannot take that many steps.</exception>
    public DenoiseJob CreateJob(PictureSettings settings)
    {
        var (scheduler, schedule) = Folder.Schedules.Get(settings.Scheduler, settings.Steps, settings.BeginStep);
        return new DenoiseJob(Shape(settings.Width, settings.Height), scheduler, schedule, settings, IsGuided(settings.Guidance));
    }

    /// <inheritdoc/>
    public void Dispose() => Networks.Dispose();
}
