using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Plans;

/// <summary>What stages and the calls between them cost, learned from finished calls. Safe for many threads.</summary>
/// <remarks>
/// Each figure is a mean that forgets: sample n counts 1/n up to <see cref="Memory"/>, then 1/<see cref="Memory"/>. What was never measured
/// is estimated from what was: other row counts of the size, then other sizes by their area, then other calls; without any there is a
/// prior. Of more than <see cref="MostFigures"/> figures, the one not measured for longest is forgotten.
/// </remarks>
public sealed class StageCosts
{
    /// <summary>How many recent samples a figure remembers.</summary>
    public const int Memory = 20;

    /// <summary>How many figures there are at most: requests choose the sizes.</summary>
    public const int MostFigures = 256;

    private const int MostHosts = 64;

    // Of a step whose rows were never measured: what it costs whatever its rows, as a share of what it costs with one.
    private const double FlatShare = .5;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Mean> _known = [];
    private readonly Dictionary<string, Mean> _hosts = [];
    private long _samples;

    /// <summary>Whether a denoising call was ever learned from; until then every figure rests on priors.</summary>
    public bool Informed
    {
        get
        {
            lock (_gate)
                return _known.Keys.Any(key => key.Kind == CostKind.Step);
        }
    }

    /// <summary>How many figures there are, <see cref="MostFigures"/> at most.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _known.Count;
        }
    }

    /// <summary>Learns from a finished call. A stage that took no time was not needed, and says nothing.</summary>
    /// <param name="call">The call.</param>
    public void Learn(CallSample call)
    {
        var ledger = TimeLedger.From(call.Spans, call.ElapsedMs);
        var size = new Key(default, "", call.Width, call.Height, 0);
        lock (_gate)
        {
            Add(size with { Kind = CostKind.Hop, Call = call.Call, Width = 0, Height = 0 }, ledger.OverheadMs, 1);
            Add(size with { Kind = CostKind.Understand, Width = 0, Height = 0 }, ledger.UnderstandMs, 1);
            Add(size with { Kind = CostKind.Prepare }, ledger.PrepareMs, call.Pictures);
            LearnStep(size with { Kind = CostKind.Step, Rows = call.Rows }, ledger.GenerateMs, call);
            Add(size with { Kind = CostKind.Enhance, Call = call.Call }, ledger.EnhanceMs, call.Enhanced);
            Add(size with { Kind = CostKind.Aside, Call = call.Call }, ledger.EncodeMs + ledger.StoreMs, call.Pictures);
        }
    }

    /// <summary>One denoising step, in milliseconds.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="rows">Rows that share it, 1 or more.</param>
    public double StepMs(int width, int height, int rows)
    {
        lock (_gate)
            return Find(new Key(CostKind.Step, "", width, height, rows)) ?? .0001 * Area(width, height) * OfRows(1, rows);
    }

    /// <summary>Super-resolution of one picture, in milliseconds.</summary>
    /// <param name="call">The call that does it, one of <see cref="StageNames"/>: it says where.</param>
    /// <param name="width">Before enhancement, in pixels.</param>
    /// <param name="height">Before enhancement, in pixels.</param>
    public double EnhanceMs(string call, int width, int height)
    {
        lock (_gate)
            return Find(new Key(CostKind.Enhance, call, width, height, 0)) ?? .0002 * Area(width, height);
    }

    /// <summary>Encoding and storing of one picture by a call, in milliseconds.</summary>
    /// <param name="call">One of <see cref="StageNames"/>.</param>
    /// <param name="width">Before enhancement, in pixels.</param>
    /// <param name="height">Before enhancement, in pixels.</param>
    public double AsideMs(string call, int width, int height)
    {
        lock (_gate)
            return Find(new Key(CostKind.Aside, call, width, height, 0)) ?? .00002 * Area(width, height);
    }

    /// <summary>An input picture to a latent, in milliseconds.</summary>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    public double PrepareMs(int width, int height)
    {
        lock (_gate)
            return Find(new Key(CostKind.Prepare, "", width, height, 0)) ?? .00005 * Area(width, height);
    }

    /// <summary>A call's prompts to embeddings, in milliseconds.</summary>
    public double UnderstandMs()
    {
        lock (_gate)
            return Find(new Key(CostKind.Understand, "", 0, 0, 0)) ?? 5;
    }

    /// <summary>What a call costs beside all that is done in it, in milliseconds.</summary>
    /// <param name="call">One of <see cref="StageNames"/>.</param>
    public double HopMs(string call)
    {
        lock (_gate)
            return Find(new Key(CostKind.Hop, call, 0, 0, 0)) ?? 5;
    }

    /// <summary>How many times slower each host is than the fastest of them, as far as is known.</summary>
    /// <param name="hosts">The hosts; one that is not known is taken for the fastest.</param>
    public IReadOnlyList<double> Slowness(IReadOnlyList<HostLoad> hosts)
    {
        lock (_gate)
        {
            var known = hosts.Select(h => _hosts.GetValueOrDefault(h.Name)?.Ms).ToArray();
            var fastest = known.Min() ?? 1;
            return [.. known.Select(ratio => Math.Max(1, (ratio ?? fastest) / fastest))];
        }
    }

    private static double Area(int width, int height) => Math.Max(1.0, (double)width * height);

    private static double Distance(Key one, Key other) => Math.Abs(Math.Log(Area(one.Width, one.Height) / Area(other.Width, other.Height)));

    private static double OfRows(int known, int wanted) =>
        (FlatShare + (1 - FlatShare) * Math.Max(1, wanted)) / (FlatShare + (1 - FlatShare) * Math.Max(1, known));

    // Held against what is known of such steps, a step says how fast its host is; the rest of it is what such steps cost.
    private void LearnStep(Key key, double ms, CallSample call)
    {
        if (call.Host is { } name && call.Steps > 0 && ms > 0)
        {
            var ratio = ms / call.Steps / (Find(key) ?? ms / call.Steps);
            MeanOf(_hosts, name, MostHosts).Add(ratio, ++_samples, least: true);
            ms /= Math.Max(1, _hosts[name].Ms / _hosts.Values.Min(mean => mean.Ms));
        }

        Add(key, ms, call.Steps);
    }

    private static Mean MeanOf<TKey>(Dictionary<TKey, Mean> known, TKey key, int most)
        where TKey : notnull
    {
        if (!known.TryGetValue(key, out var mean))
        {
            if (known.Count >= most)
                known.Remove(known.MinBy(entry => entry.Value.LearnedAt).Key);
            known[key] = mean = new Mean();
        }

        return mean;
    }

    private void Add(Key key, double ms, int units)
    {
        if (units < 1 || !(ms > 0 || key.Kind == CostKind.Hop))
            return;
        MeanOf(_known, key, MostFigures).Add(ms / units, ++_samples, least: key.Kind == CostKind.Step);
    }

    private double? Find(Key wanted)
    {
        if (_known.TryGetValue(wanted, out var exact))
            return exact.Ms;
        // Of the figures of the nearest call and size, the nearest row counts below and above.
        KeyValuePair<Key, Mean>? best = null, below = null, above = null;
        foreach (var entry in _known)
        {
            if (entry.Key.Kind != wanted.Kind || (best is { } found && Nearer(found, entry, wanted) < 0))
                continue;
            if (best is not { } last || Nearer(last, entry, wanted) > 0)
                (best, below, above) = (entry, null, null);
            if (entry.Key.Rows <= wanted.Rows && (below is null || entry.Key.Rows > below.Value.Key.Rows))
                below = entry;
            if (entry.Key.Rows >= wanted.Rows && (above is null || entry.Key.Rows < above.Value.Key.Rows))
                above = entry;
        }

        if (best is not { } nearest)
            return null;
        var ms = (below, above) switch
        {
            ({ } b, { } a) when a.Key.Rows > b.Key.Rows =>
                b.Value.Ms + (a.Value.Ms - b.Value.Ms) * (wanted.Rows - b.Key.Rows) / (a.Key.Rows - b.Key.Rows),
            ({ } b, _) => b.Value.Ms * OfRows(b.Key.Rows, wanted.Rows),
            (_, { } a) => a.Value.Ms * OfRows(a.Key.Rows, wanted.Rows),
            _ => nearest.Value.Ms,
        };
        return ms * Area(wanted.Width, wanted.Height) / Area(nearest.Key.Width, nearest.Key.Height);
    }

    // Of another call and size none is nearer than the one learned last, so that the order of a dictionary decides nothing.
    private static int Nearer(KeyValuePair<Key, Mean> one, KeyValuePair<Key, Mean> other, Key wanted)
    {
        if ((one.Key.Call == wanted.Call) != (other.Key.Call == wanted.Call))
            return one.Key.Call == wanted.Call ? -1 : 1;
        if (Distance(one.Key, wanted).CompareTo(Distance(other.Key, wanted)) is not 0 and var size)
            return size;
        return (one.Key.Call, one.Key.Width, one.Key.Height) == (other.Key.Call, other.Key.Width, other.Key.Height)
            ? 0
            : other.Value.LearnedAt.CompareTo(one.Value.LearnedAt);
    }

    private readonly record struct Key(CostKind Kind, string Call, int Width, int Height, int Rows);

    private sealed class Mean
    {
        private readonly RunningMean _mean = new();

        public double Ms => _mean.Value;

        /// <summary>Which sample of all was its last.</summary>
        public long LearnedAt { get; private set; }

        public void Add(double ms, long sample, bool least)
        {
            LearnedAt = sample;
            if (least)
                _mean.AddContended(ms);
            else
                _mean.Add(ms);
        }
    }
}
