using Aigc.Inference.Costs;

namespace Aigc.Inference.Batching;

/// <summary>
/// Which pictures take the next step: pure state, moved by <see cref="StepBatcher"/>. Not safe for many threads.
/// </summary>
/// <remarks>
/// Pictures of one model and shape form a group. A group with a picture that would miss its deadline if it waited goes first; else the group
/// that has had the least device time, and among equals the one that has stood still for longest, so that no shape starves another. Within
/// a group: urgent pictures, then those that stood still too long (with half of the rows at most), then the shortest remaining work, first
/// come first served among equals.
/// <para>Where the learned step times keep a group to fewer rows than it could fill, two more rows are tried after
/// <see cref="FirstTrial"/> full steps in a row: what a device would do with them is else never known, and a figure that is wrong never
/// put right. The trial's own time is then the figure that decides. The harm is bounded: one step, or two where the first is one that is
/// not learned from, of two more rows in so many, and half as often after each trial that took too long or failed, down to one in
/// <see cref="LastTrial"/>.</para>
/// </remarks>
/// <param name="options">How steps are shared.</param>
/// <param name="costs">What steps take.</param>
/// <param name="ticksPerSecond">Of the timestamps.</param>
internal sealed class BatchQueue(BatchingOptions options, CostModel costs, long ticksPerSecond)
{
    /// <summary>After how many full steps in a row more rows are tried.</summary>
    internal const int FirstTrial = 64;

    /// <summary>What doubling that after trials in vain ends at.</summary>
    internal const int LastTrial = 1024;

    /// <summary>After how many steps in a row that went well a group that was halved has twice the rows again.</summary>
    internal const int GoodSteps = 32;

    // A picture is urgent while its slack is below this many times what it still takes alone.
    private const double UrgentSlack = 1;

    private static readonly Comparer<BatchEntry> _order = Comparer<BatchEntry>.Create(Compare);

    private readonly CostModel _costs = costs;
    private readonly Dictionary<BatchKey, Group> _groups = [];
    private readonly RowBudget _budget = new(options, costs);
    private readonly List<BatchEntry> _batch = [];
    // By rank, apart by the rows they take: where one row is left, the next picture of one row has it, however many of two are before it.
    private readonly (List<BatchEntry> OneRow, List<BatchEntry> TwoRows)[] _ranks = [([], []), ([], []), ([], [])];
    private double _served;

    /// <summary>Pictures in the queue, moving or not.</summary>
    public int Count { get; private set; }

    /// <summary>Pictures that took the last step.</summary>
    public int Moving => _batch.Count;

    /// <summary>Rows that the last step had free.</summary>
    public int FreeRows => options.MaxRows - _batch.Sum(static entry => entry.Job.Rows);

    /// <summary>Whether the last step is one of more rows than the learned times allow.</summary>
    public bool Trying { get; private set; }

    /// <summary>Takes a picture in.</summary>
    public void Add(BatchEntry entry)
    {
        if (!_groups.TryGetValue(entry.Key, out var group))
        {
            // It starts level with the others: time before it was here is nothing it could claim.
            var level = _groups.Count == 0 ? _served : _groups.Values.Min(static other => other.Served);
            _groups[entry.Key] = group = new Group(level);
        }

        group.Entries.Add(entry);
        Count++;
    }

    /// <summary>Lets a picture go: done, failed or cancelled.</summary>
    /// <returns>False where it was not there.</returns>
    public bool Remove(BatchEntry entry)
    {
        if (!_groups.TryGetValue(entry.Key, out var group) || !group.Entries.Remove(entry))
            return false;
        _served = Math.Max(_served, group.Served);
        if (group.Entries.Count == 0)
            _groups.Remove(entry.Key);
        _batch.Remove(entry);
        Count--;
        return true;
    }

    /// <summary>Whether pictures of a group are here.</summary>
    public bool Has(BatchKey key) => _groups.ContainsKey(key);

    /// <summary>Chooses the pictures of the next step.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Pictures of one group, valid until the next call; empty where there is nothing to do.</returns>
    public IReadOnlyList<BatchEntry> NextBatch(long now)
    {
        _batch.Clear();
        Trying = false;
        if (_groups.Count == 0)
            return _batch;
        var (key, group) = Choose(now);
        // A row count is tried only after half of it was seen to run: nobody knows yet what memory and time a new shape takes.
        var possible = Math.Min(group.Limit, Math.Max(2, 2 * _costs.MostRows(key.Model.Name, key.Shape)));
        var budget = _budget.Cap(key.Model.Name, key.Shape);
        var tries = group.FullSteps >= group.TrialAfter;
        Fill(group, Math.Min(possible, tries ? Math.Min(budget + 2, options.MaxRows) : budget));
        var rows = _batch.Sum(static entry => entry.Job.Rows);
        Trying = tries && rows > budget;
        group.IsFull = budget < Math.Min(possible, options.MaxRows) && _batch.Count < group.Entries.Count;
        return _batch;
    }

    /// <summary>Notes that the batch took its step.</summary>
    /// <param name="seconds">What the step took.</param>
    /// <param name="now">The time after it.</param>
    /// <param name="learned">Whether its time was learned; a trial that was not is made again.</param>
    public void Stepped(double seconds, long now, bool learned = true)
    {
        var group = _groups[_batch[0].Key];
        group.Served += seconds;
        if (!Trying)
            group.FullSteps = group.IsFull ? group.FullSteps + 1 : 0;
        else if (learned)
            group.Tried(well: seconds <= options.MaxStepSeconds);
        group.WentWell();
        foreach (var entry in _batch)
            entry.MovedAt = now;
    }

    /// <summary>
    /// Notes that a group's step failed although its rows fitted: it tries half of them from now on, until a picture fails alone and is
    /// known to be what was at fault; or until <see cref="GoodSteps"/> steps went well, and then twice as many.
    /// </summary>
    /// <returns>False where a single picture failed.</returns>
    public bool Halve()
    {
        var group = _groups[_batch[0].Key];
        if (Trying)
            group.Tried(well: false);
        if (_batch.Count < 2)
        {
            group.Limits(int.MaxValue);
            return false;
        }

        group.Limits(Math.Max(1, _batch.Sum(static entry => entry.Job.Rows) / 2));
        return true;
    }

    private (BatchKey Key, Group Group) Choose(long now)
    {
        KeyValuePair<BatchKey, Group>? first = null;
        foreach (var candidate in _groups)
        {
            candidate.Value.Rank(this, candidate.Key, now);
            if (first is not { } other || candidate.Value.ComesBefore(other.Value))
                first = candidate;
        }

        return (first!.Value.Key, first.Value.Value);
    }

    private void Fill(Group group, int rows)
    {
        foreach (var (oneRow, twoRows) in _ranks)
        {
            oneRow.Clear();
            twoRows.Clear();
        }

        foreach (var entry in group.Entries)
        {
            var (oneRow, twoRows) = _ranks[(int)entry.Rank];
            Keep(entry.Job.Rows == 1 ? oneRow : twoRows, entry, rows);
        }

        var left = Take(BatchRank.Urgent, rows, rows);
        var standing = Math.Min(left, Math.Max(2, rows / 2));
        left -= standing - Take(BatchRank.StoodStill, standing, rows);
        left = Take(BatchRank.Shortest, left, rows);
        // No row runs empty: where nobody else is there, those that stood still have the rest too.
        Take(BatchRank.StoodStill, left, rows);
    }

    // Only as many as could take the step, in their order: the queue may hold thousands.
    private static void Keep(List<BatchEntry> rank, BatchEntry entry, int atMost)
    {
        if (rank.Count == atMost && Compare(entry, rank[^1]) >= 0)
            return;
        var at = rank.BinarySearch(entry, _order);
        rank.Insert(at < 0 ? ~at : at, entry);
        if (rank.Count > atMost)
            rank.RemoveAt(atMost);
    }

    /// <returns>The rows that are left.</returns>
    private int Take(BatchRank rank, int left, int rows)
    {
        var (oneRow, twoRows) = _ranks[(int)rank];
        while (true)
        {
            // One picture is always taken, whatever it needs.
            var fits = twoRows.Count > 0 && (left >= 2 || (_batch.Count == 0 && left == rows));
            var entries = fits && (oneRow.Count == 0 || left < 1 || Compare(twoRows[0], oneRow[0]) < 0) ? twoRows : oneRow;
            if (entries.Count == 0 || (entries == oneRow && left < 1))
                return left;
            _batch.Add(entries[0]);
            left -= entries[0].Job.Rows;
            entries.RemoveAt(0);
        }
    }

    private static int Compare(BatchEntry one, BatchEntry other)
    {
        if (one.Rank != other.Rank)
            return one.Rank.CompareTo(other.Rank);
        var order = one.Rank switch
        {
            BatchRank.Urgent => one.Deadline.CompareTo(other.Deadline),
            BatchRank.StoodStill => one.MovedAt.CompareTo(other.MovedAt),
            _ => one.RowStepsLeft.CompareTo(other.RowStepsLeft),
        };
        return order != 0 ? order : one.ArrivedAt.CompareTo(other.ArrivedAt);
    }

    private BatchRank RankOf(BatchEntry entry, double stepAlone, long now)
    {
        var alone = (entry.Job.Schedule.Count - entry.Job.Step) * stepAlone;
        if (entry.Deadline != long.MaxValue && (double)(entry.Deadline - now) / ticksPerSecond - alone < UrgentSlack * alone)
            return BatchRank.Urgent;
        return now - entry.MovedAt > options.MaxStandstillSeconds * ticksPerSecond ? BatchRank.StoodStill : BatchRank.Shortest;
    }

    private sealed class Group(double served)
    {
        private long _urgentDeadline;
        private long _standsSince;
        private int _goodSteps;

        public List<BatchEntry> Entries { get; } = [];

        /// <summary>Device time it has had, in seconds; only differences between groups count.</summary>
        public double Served { get; set; } = served;

        /// <summary>The most rows since a step failed.</summary>
        public int Limit { get; private set; } = int.MaxValue;

        /// <summary>Whether pictures stand because of the learned step times alone.</summary>
        public bool IsFull { get; set; }

        /// <summary>Steps in a row, up to the last, in which that was so.</summary>
        public int FullSteps { get; set; }

        /// <summary>How many of them a trial of more rows waits for.</summary>
        public int TrialAfter { get; private set; } = FirstTrial;

        public void Limits(int rows) => (Limit, _goodSteps) = (rows, 0);

        // What failed may have been a picture that is gone, or memory that others had then.
        public void WentWell()
        {
            if (Limit < int.MaxValue && ++_goodSteps == GoodSteps)
                Limits(Limit > int.MaxValue / 2 ? int.MaxValue : 2 * Limit);
        }

        public void Tried(bool well)
        {
            FullSteps = 0;
            TrialAfter = well ? FirstTrial : Math.Min(2 * TrialAfter, LastTrial);
        }

        public void Rank(BatchQueue queue, BatchKey key, long now)
        {
            (_urgentDeadline, _standsSince) = (long.MaxValue, long.MaxValue);
            double? one = null;
            double? two = null;
            foreach (var entry in Entries)
            {
                var alone = entry.Job.Rows == 1
                    ? one ??= queue._costs.StepSeconds(key.Model.Name, key.Shape, 1) ?? 0
                    : two ??= queue._costs.StepSeconds(key.Model.Name, key.Shape, 2) ?? 0;
                entry.Rank = queue.RankOf(entry, alone, now);
                if (entry.Rank == BatchRank.Urgent)
                    _urgentDeadline = Math.Min(_urgentDeadline, entry.Deadline);
                _standsSince = Math.Min(_standsSince, entry.MovedAt);
            }
        }

        // A group that empties and comes again is level with another each time: it must not win that tie each time.
        public bool ComesBefore(Group other) =>
            (_urgentDeadline, Served, _standsSince).CompareTo((other._urgentDeadline, other.Served, other._standsSince)) < 0;
    }
}
