using Aigc.Inference.Faults;

namespace Aigc.Inference.Models;

/// <summary>Models in memory: loaded when they are first asked for, evicted when their room is needed. Safe for many threads.</summary>
/// <param name="catalog">The models there are.</param>
/// <param name="load">Loads a model's networks.</param>
/// <param name="options">How many stay.</param>
/// <param name="evicting">Called before an evicted model is disposed, for whoever holds buffers of it.</param>
public sealed class ModelPool(
    ModelCatalog catalog, Func<ModelFolder, IDiffusionModel> load, ModelPoolOptions options, Func<LoadedModel, Task> evicting) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Resident> _residents = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>The models there are.</summary>
    public ModelCatalog Catalog => catalog;

    /// <summary>The models in memory, whole.</summary>
    public IReadOnlyList<LoadedModel> Loaded
    {
        get
        {
            lock (_gate)
                return [.. _residents.Values.Where(static resident => resident.Loading.IsCompletedSuccessfully).Select(static resident => resident.Loading.Result)];
        }
    }

    /// <summary>Whether a model is in memory, whole.</summary>
    public bool IsLoaded(string name)
    {
        lock (_gate)
            return _residents.TryGetValue(name, out var resident) && resident.Loading.IsCompletedSuccessfully;
    }

    /// <summary>A model's load, under way or over; null where there is none.</summary>
    internal Task? LoadOf(string name)
    {
        lock (_gate)
            return _residents.GetValueOrDefault(name)?.Loading;
    }

    /// <summary>Holds a model, loading it where it is not in memory. Many callers share one load.</summary>
    /// <param name="name">Its name; empty for the default.</param>
    /// <param name="cancellationToken">Gives up waiting; the load goes on.</param>
    /// <exception cref="InferenceException">
    /// <see cref="InferenceFault.NotFound"/>; <see cref="InferenceFault.BadModel"/>: it cannot be loaded, and the next caller tries again;
    /// <see cref="InferenceFault.Overloaded"/>: its room is taken by models in use.
    /// </exception>
    public async Task<ModelLease> AcquireAsync(string name, CancellationToken cancellationToken)
    {
        var folder = catalog.Folder(name);
        Resident resident;
        lock (_gate)
        {
            // A load that failed while nobody waited for it any more is tried again as well.
            if (!_residents.TryGetValue(folder.Name, out resident!) || HasFailed(resident))
            {
                var bytes = folder.MeasureGraphs();
                var evicted = MakeRoom(bytes);
                resident = new Resident(bytes, Task.Run(() => LoadAsync(folder, evicted), CancellationToken.None));
                _residents[folder.Name] = resident;
            }

            resident.Holders++;
            resident.UsedAt = ++_uses;
        }

        try
        {
            var model = await resident.Loading.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new ModelLease(model, () => Release(resident));
        }
        catch
        {
            Release(resident);
            if (HasFailed(resident))
                Forget(folder.Name, resident);
            throw;
        }
    }

    /// <summary>Disposes every model; nothing may be running.</summary>
    public async ValueTask DisposeAsync()
    {
        Resident[] all;
        lock (_gate)
        {
            all = [.. _residents.Values];
            _residents.Clear();
        }

        foreach (var resident in all)
            await DisposeAsync(resident).ConfigureAwait(false);
    }

    private async Task<LoadedModel> LoadAsync(ModelFolder folder, IReadOnlyList<Resident> evicted)
    {
        // Before the new weights come: both together may not fit.
        foreach (var resident in evicted)
            await DisposeAsync(resident).ConfigureAwait(false);
        var networks = load(folder);
        try
        {
            return new LoadedModel(folder, networks);
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    private async Task DisposeAsync(Resident resident)
    {
        await ((Task)resident.Loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!resident.Loading.IsCompletedSuccessfully)
            return;
        var model = await resident.Loading.ConfigureAwait(false);
        try
        {
            await evicting(model).ConfigureAwait(false);
        }
        finally
        {
            model.Dispose();
        }
    }

    private List<Resident> MakeRoom(long bytes)
    {
        // A load that failed while nobody waited for it holds nothing.
        foreach (var (name, _) in _residents.Where(static entry => HasFailed(entry.Value)).ToArray())
            _residents.Remove(name);
        var evicted = new List<KeyValuePair<string, Resident>>();
        var held = _residents.Values.Sum(static resident => resident.Bytes);
        foreach (var idle in _residents.Where(static entry => entry.Value.Holders == 0).OrderBy(static entry => entry.Value.UsedAt))
        {
            if (held + bytes <= options.MemoryBudgetBytes)
                break;
            evicted.Add(idle);
            held -= idle.Value.Bytes;
        }

        // A model larger than the budget runs alone rather than never.
        if (held > 0 && held + bytes > options.MemoryBudgetBytes)
        {
            throw new InferenceException(
                InferenceFault.Overloaded,
                $"the model needs {bytes >> 20} MiB and models in use hold {held >> 20} MiB of {options.MemoryBudgetBytes >> 20}: try again, or raise Models:MemoryBudgetBytes",
                TimeSpan.FromSeconds(1));
        }

        foreach (var (name, _) in evicted)
            _residents.Remove(name);
        return [.. evicted.Select(static entry => entry.Value)];
    }

    private static bool HasFailed(Resident resident) => resident.Loading is { IsCompleted: true, IsCompletedSuccessfully: false };

    private void Release(Resident resident)
    {
        lock (_gate)
            resident.Holders--;
    }

    private void Forget(string name, Resident resident)
    {
        lock (_gate)
        {
            if (_residents.TryGetValue(name, out var there) && there == resident)
                _residents.Remove(name);
        }
    }

    private sealed class Resident(long bytes, Task<LoadedModel> loading)
    {
        public long Bytes => bytes;

        public Task<LoadedModel> Loading => loading;

        public int Holders { get; set; }

        public long UsedAt { get; set; }
    }
}
