using Aigc.Inference.Models;

namespace Aigc.Inference.Batching;

/// <summary>
/// The denoisers of the shapes used last: the buffers of a batch of large pictures take hundreds of megabytes, so not of every shape. For the
/// batcher's thread alone.
/// </summary>
/// <param name="keptShapes">How many idle denoisers to keep.</param>
/// <param name="maxRows">Rows of each.</param>
/// <param name="isBusy">Whether pictures of a group are under way: they may live in their denoiser's memory.</param>
internal sealed class DenoiserPool(int keptShapes, int maxRows, Func<BatchKey, bool> isBusy) : IDisposable
{
    private readonly List<(BatchKey Key, IDenoiser Denoiser, HashSet<int> Ran)> _newestFirst = [];

    /// <summary>The denoiser of a group, made where there is none.</summary>
    public IDenoiser For(BatchKey key)
    {
        var at = _newestFirst.FindIndex(entry => entry.Key == key);
        if (at == 0 && _newestFirst.Count <= keptShapes)
            return _newestFirst[0].Denoiser;
        var found = at >= 0 ? _newestFirst[at] : (key, key.Model.Networks.CreateDenoiser(key.Shape, maxRows), []);
        if (at >= 0)
            _newestFirst.RemoveAt(at);
        _newestFirst.Insert(0, found);
        // All that are too many: while they were busy there may have been more than one.
        while (_newestFirst.Count > keptShapes && _newestFirst.FindLastIndex(entry => !isBusy(entry.Key)) is > 0 and var idle)
            RemoveAt(idle);
        return found.Denoiser;
    }

    /// <summary>Notes a step of the group that <see cref="For"/> was last asked for.</summary>
    /// <returns>True where its denoiser never ran so many rows before: buffers, bindings and the search for kernels may be most of its
    /// time.</returns>
    public bool IsFirstRun(int rows) => _newestFirst[0].Ran.Add(rows);

    /// <summary>The denoiser of a group, or null where there is none.</summary>
    public IDenoiser? Find(BatchKey key) => _newestFirst.Find(entry => entry.Key == key).Denoiser;

    /// <summary>Throws away the denoisers of a model: all of them, whatever one of them throws.</summary>
    public void Forget(LoadedModel model) => RemoveAll(key => key.Model == model);

    public void Dispose() => RemoveAll(static _ => true);

    private void RemoveAll(Func<BatchKey, bool> which)
    {
        while (_newestFirst.FindIndex(entry => which(entry.Key)) is >= 0 and var index)
        {
            try
            {
                RemoveAt(index);
            }
            catch
            {
                RemoveAll(which);
                throw;
            }
        }
    }

    // Out of the pool first: one that throws is not to be met again.
    private void RemoveAt(int index)
    {
        var denoiser = _newestFirst[index].Denoiser;
        _newestFirst.RemoveAt(index);
        denoiser.Dispose();
    }
}
