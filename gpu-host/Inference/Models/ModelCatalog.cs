using Aigc.Inference.Faults;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Models;

/// <summary>The models of a model root: a folder of model folders, or one model folder itself.</summary>
public sealed class ModelCatalog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ModelFolder> _folders;
    private readonly Dictionary<string, Task<ModelCard>> _cards = new(StringComparer.Ordinal);

    private ModelCatalog(IEnumerable<ModelFolder> folders, string defaultName)
    {
        _folders = folders.ToDictionary(folder => folder.Name, StringComparer.Ordinal);
        DefaultName = defaultName;
    }

    /// <summary>The model of a request that names none.</summary>
    public string DefaultName { get; }

    /// <summary>Every name, the default first, then by alphabet.</summary>
    public IReadOnlyList<string> Names => [DefaultName, .. _folders.Keys.Where(name => name != DefaultName).Order(StringComparer.Ordinal)];

    /// <summary>One model alone.</summary>
    /// <param name="folder">Its folder.</param>
    public static ModelCatalog Of(ModelFolder folder) => new([folder], folder.Name);

    /// <summary>Reads the configuration of every model; graphs are opened later.</summary>
    /// <param name="root">A folder of model folders, or a model folder.</param>
    /// <param name="defaultName">The model of a request that names none; null for the only one, or the first by alphabet.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: there is no model, or one is damaged.</exception>
    public static ModelCatalog Open(string root, string? defaultName = null)
    {
        root = Path.GetFullPath(root);
        string[] paths = !Directory.Exists(root) || File.Exists(Path.Combine(root, ModelFolder.Index))
            ? [root]
            : [.. Directory.EnumerateDirectories(root).Where(path => File.Exists(Path.Combine(path, ModelFolder.Index))).Order(StringComparer.Ordinal)];
        if (paths.Length == 0)
            throw Bad($"model root '{root}' holds no model: name a folder of model folders, each with a {ModelFolder.Index}");
        ModelFolder[] folders = [.. paths.Select(ModelFolder.Open)];
        if (defaultName is not null && !folders.Any(folder => folder.Name == defaultName))
            throw Bad($"model root '{root}' holds no model '{defaultName}': it has {string.Join(", ", folders.Select(folder => folder.Name))}");
        return new ModelCatalog(folders, defaultName ?? folders[0].Name);
    }

    /// <summary>Finds a model's folder.</summary>
    /// <param name="name">Its name; empty for the default.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.NotFound"/>: there is no such model; the message lists those there are.</exception>
    public ModelFolder Folder(string name) =>
        _folders.TryGetValue(name.Length == 0 ? DefaultName : name, out var folder)
            ? folder
            : throw new InferenceException(InferenceFault.NotFound, $"model '{name}' is not here: this host has {string.Join(", ", Names)}");

    /// <summary>What a model can do. The first call of a model reads all its files, for their digest; one that failed is made again.</summary>
    /// <param name="name">Its name; empty for the default.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.NotFound"/>, likewise; <see cref="InferenceFault.BadModel"/>.</exception>
    public Task<ModelCard> CardAsync(string name)
    {
        var folder = Folder(name);
        lock (_gate)
        {
            // What failed is tried again: a mount may have been away.
            if (!_cards.TryGetValue(folder.Name, out var card) || card.IsFaulted)
                _cards[folder.Name] = card = Task.Run(() => Describe(folder));
            return card;
        }
    }

    private static ModelCard Describe(ModelFolder folder)
    {
        var scheduler = DefaultScheduler(folder);
        return new ModelCard(
            folder.Name,
            folder.ComputeDigest(),
            ModelFolder.LatentFactor,
            folder.PictureSize,
            MostSteps(scheduler, folder.Scheduler.NumTrainTimesteps),
            folder.DefaultSteps,
            folder.DefaultGuidance,
            SchedulerCatalog.Names,
            scheduler.Name,
            folder.EnhanceFactor,
            folder.VaeEncoder is not null)
        {
            LatentChannels = folder.LatentChannels,
            Prompts = folder.Prompts,
        };
    }

    // No request named it, so it is the model's fault where there is no such scheduler.
    private static IScheduler DefaultScheduler(ModelFolder folder)
    {
        try
        {
            return SchedulerCatalog.Create(folder.Scheduler.ClassName ?? SchedulerCatalog.Names[0], folder.Scheduler);
        }
        catch (InferenceException e) when (e.Kind == InferenceFault.BadRequest)
        {
            throw Bad(
                $"model '{folder.Name}' in '{folder.FullPath}': {e.Message}; set _class_name in scheduler/scheduler_config.json to one of those", e);
        }
    }

    /// <summary>The most steps that the model's own scheduler takes: with an offset, or none left between two, fewer than it was trained on.</summary>
    private static int MostSteps(IScheduler scheduler, int trained)
    {
        for (var steps = trained; steps > 1; steps--)
        {
            try
            {
                scheduler.CreateSchedule(steps);
                return steps;
            }
            catch (InferenceException e) when (e.Kind == InferenceFault.BadRequest)
            {
                // One fewer, then.
            }
        }

        return 1;
    }

    private static InferenceException Bad(string message, Exception? cause = null) =>
        new(InferenceFault.BadModel, message, innerException: cause);
}
