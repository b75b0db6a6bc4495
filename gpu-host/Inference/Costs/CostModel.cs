using Aigc.Inference.Models;

namespace Aigc.Inference.Costs;

/// <summary>
/// What work costs on this device, learned while it is done: the one source for batch sizes, admission, retry hints and scaling. Safe for
/// many threads.
/// </summary>
/// <remarks>
/// Each figure is a mean that forgets: sample n counts 1/n up to <see cref="Memory"/>, then 1/<see cref="Memory"/>. What was never measured
/// is estimated from what was: other row counts of the shape, then other shapes of the model by their area; without any it is unknown.
/// Of more than <see cref="MostShapes"/> shapes, those not measured for longest are forgotten.
/// </remarks>
public sealed class CostModel
{
    /// <summary>How many recent samples a figure remembers.</summary>
    public const int Memory = 20;

    /// <summary>How many shapes have step times, and how many sizes have times of other work: requests choose both.</summary>
    public const int MostShapes = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Model, LatentShape Shape), SortedDictionary<int, Mean>> _steps = [];
    private readonly Dictionary<(string Model, Work Work, long Area), Mean> _work = [];
    private long _samples;

    /// <summary>Every step time learned.</summary>
    public IReadOnlyList<StepTime> StepTimes
    {
        get
        {
            lock (_gate)
            {
                return [.. _steps.SelectMany(shape => shape.Value.Select(
                    rows => new StepTime(shape.Key.Model, shape.Key.Shape, rows.Key, rows.Value.Seconds)))];
            }
        }
    }

    /// <summary>Notes what a denoising step took.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="shape">The shape of its latents.</param>
    /// <param name="rows">Rows that shared it.</param>
    /// <param name="seconds">Its time.</param>
    /// <param name="afresh">Whether it counts alone: what was known of so many rows is old, and kept them from being measured.</param>
    public void LearnStep(string model, LatentShape shape, int rows, double seconds, bool afresh = false)
    {
        lock (_gate)
        {
            if (!_steps.TryGetValue((model, shape), out var known))
            {
                MakeRoom(_steps, static known => known.Values.Max(static mean => mean.LearnedAt));
                _steps[(model, shape)] = known = [];
            }

            if (afresh || !known.TryGetValue(rows, out var mean))
                known[rows] = mean = new Mean();
            mean.Add(seconds, ++_samples);
        }
    }

    /// <summary>Notes what one picture's share of other work took.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="work">The work.</param>
    /// <param name="area">Pixels of the picture before enhancement; 0 where size plays no part.</param>
    /// <param name="seconds">Its time.</param>
    public void Learn(string model, Work work, long area, double seconds)
    {
        lock (_gate)
        {
            if (!_work.TryGetValue((model, work, area), out var mean))
            {
                MakeRoom(_work, static mean => mean.LearnedAt);
                _work[(model, work, area)] = mean = new Mean();
            }

            mean.Add(seconds, ++_samples);
        }
    }

    /// <summary>What a step takes.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="shape">The shape of its latents.</param>
    /// <param name="rows">Rows that share it.</param>
    /// <returns>Seconds, or null where nothing of the model was measured.</returns>
    public double? StepSeconds(string model, LatentShape shape, int rows)
    {
        lock (_gate)
        {
            if (_steps.TryGetValue((model, shape), out var known))
                return OfRows(known, rows);
            var nearest = _steps.Where(entry => entry.Key.Model == model).OrderBy(entry => Distance(entry.Key.Shape, shape)).FirstOrDefault();
            return nearest.Value is null ? null : OfRows(nearest.Value, rows) * shape.Length / nearest.Key.Shape.Length;
        }
    }

    /// <summary>What other work takes, for one picture.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="work">The work.</param>
    /// <param name="area">Pixels of the picture before enhancement; 0 where size plays no part.</param>
    /// <returns>Seconds; 0 where nothing of the kind was measured.</returns>
    public double Seconds(string model, Work work, long area)
    {
        lock (_gate)
        {
            if (_work.TryGetValue((model, work, area), out var mean))
                return mean.Seconds;
            var nearest = _work
                .Where(entry => entry.Key.Model == model && entry.Key.Work == work)
                .OrderBy(entry => Math.Abs(entry.Key.Area - area)).FirstOrDefault();
            return nearest.Value is null ? 0 : nearest.Value.Seconds * Math.Max(1, area) / Math.Max(1, nearest.Key.Area);
        }
    }

    /// <summary>The most rows of a shape that were ever measured together; 0 where none were.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="shape">The shape of its latents.</param>
    public int MostRows(string model, LatentShape shape)
    {
        lock (_gate)
            return _steps.TryGetValue((model, shape), out var known) ? known.Keys.Last() : 0;
    }

    // Between two measured row counts by a straight line; beyond the largest in proportion; below the smallest no less than half of it.
    private static double OfRows(SortedDictionary<int, Mean> known, int rows)
    {
        if (known.TryGetValue(rows, out var exact))
            return exact.Seconds;
        var (below, above) = (known.LastOrDefault(entry => entry.Key < rows), known.FirstOrDefault(entry => entry.Key > rows));
        if (below.Value is null)
            return above.Value!.Seconds * Math.Max(.5, (double)rows / above.Key);
        if (above.Value is null)
            return below.Value.Seconds * rows / below.Key;
        var share = (double)(rows - below.Key) / (above.Key - below.Key);
        return below.Value.Seconds + share * (above.Value.Seconds - below.Value.Seconds);
    }

    private static void MakeRoom<TKey, TValue>(Dictionary<TKey, TValue> known, Func<TValue, long> learnedAt)
        where TKey : notnull
    {
        if (known.Count >= MostShapes)
            known.Remove(known.MinBy(entry => learnedAt(entry.Value)).Key);
    }

    private static double Distance(LatentShape one, LatentShape other) => Math.Abs(Math.Log((double)one.Length / other.Length));

    private sealed class Mean
    {
        private int _count;

        public double Seconds { get; private set; }

        /// <summary>Which sample of all was its last.</summary>
        public long LearnedAt { get; private set; }

        public void Add(double seconds, long sample)
        {
            LearnedAt = sample;
            _count = Math.Min(_count + 1, Memory);
            Seconds += (seconds - Seconds) / _count;
        }
    }
}
