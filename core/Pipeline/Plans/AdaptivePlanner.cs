using System.Globalization;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Plans;

/// <summary>
/// Chooses the plan and the group size that cost least, as far as is known: a job's own completion and the delay of the jobs that the same
/// hosts have already. Knows nothing at first, and then decides as <see cref="ChainPlanner"/> does.
/// </summary>
/// <remarks>
/// Pure but for what it was told: the same costs, loads and jobs in the same order give the same decisions. Between two snapshots of the
/// load it counts the work of its own decisions in, so that a burst does not all go where the last snapshot showed room.
/// </remarks>
public sealed class AdaptivePlanner : IChainPlanner
{
    private const double MostBusy = .9;

    private static readonly ChainPlan[] _plans = [ChainPlan.Fused, ChainPlan.Split, ChainPlan.Staged];

    private readonly StageCosts _costs;
    private readonly Func<LoadReading> _load;
    private readonly AdaptivePlannerOptions _options;
    private readonly Lock _gate = new();
    private readonly Dictionary<PlanKey, (PlanKeeper Keeper, long AskedAt)> _kept = [];
    private readonly RunningMean _jobGenerateMs = new();
    private readonly RunningMean _jobEnhanceMs = new();
    private readonly RunningMean _generateJobs = new();
    private readonly RunningMean _enhanceJobs = new();
    private readonly RunningMean _generateBusy = new();
    private readonly RunningMean _enhanceBusy = new();
    private LoadSnapshot _seen = LoadSnapshot.Unknown;
    private double[] _generateMs = [];
    private double[] _enhanceMs = [];
    private double _ageMs;
    private long _asked;

    /// <param name="costs">What calls were learned to cost; it may be shared.</param>
    /// <param name="load">
    /// Tells the latest load at once: a new object for each new look, <see cref="LoadSnapshot.Unknown"/> without one.
    /// </param>
    /// <param name="options">How readily it changes its mind; null for the defaults.</param>
    public AdaptivePlanner(StageCosts costs, Func<LoadReading> load, AdaptivePlannerOptions? options = null) =>
        (_costs, _load, _options) = (costs, load, options ?? new AdaptivePlannerOptions());

    /// <inheritdoc/>
    public PlanDecision Decide(GenerationJob job, EngineCapabilities capabilities)
    {
        var (load, age) = _load();
        var plain = ChainPlanner.Decide(job, capabilities);
        // One host has every stage and shares its batches whatever the groups: there is nothing to gain.
        if (job.Plan is not null || job.Requests.Count == 0 || load.Hosts.Count + load.Enhancers.Count < 2
            || load.Hosts.Count == 0 || !_costs.Informed)
            return plain;
        var shape = JobShape.Of(job, capabilities);
        lock (_gate)
        {
            See(load, age.TotalMilliseconds);
            // What an enhancer will have done before a new job comes to it, that job neither waits for nor delays.
            var before = _generateMs.Average();
            var jobs = (
                Jobs(_generateMs, _jobGenerateMs, _generateJobs, _generateBusy),
                Jobs([.. _enhanceMs.Select(ms => Math.Max(0, ms - before))], _jobEnhanceMs, _enhanceJobs, _enhanceBusy));
            var estimator = new PlanEstimator(
                _costs, _generateMs, _costs.Slowness(load.Hosts), _enhanceMs, jobs, capabilities.PreferredBatch);
            var sizes = GroupSizes(shape.Pictures, capabilities.PreferredBatch, load.Hosts.Count);
            PlanEstimate[] estimates = [.. _plans.SelectMany(plan => sizes.Select(size => estimator.Estimate(shape, plan, size)))];
            var (chosen, best) = KeeperOf(shape.Key).Choose(estimates);
            Commit(chosen);
            return new PlanDecision(chosen.Plan, Reason(chosen, best, estimates, load), chosen.GroupSize);
        }
    }

    /// <inheritdoc/>
    public void Learn(CallSample call) => _costs.Learn(call);

    /// <summary>Larger first: of those that cost the same, it makes fewer calls.</summary>
    internal static IReadOnlyList<int> GroupSizes(int pictures, int preferred, int hosts)
    {
        var largest = Math.Max(1, preferred);
        var sizes = new List<int> { largest };
        // Far more calls than hosts could ever share only wait for each other.
        for (var size = largest / 2; size >= 1 && pictures <= size * 4L * hosts; size /= 2)
        {
            if (size < pictures)
                sizes.Add(size);
        }

        return sizes;
    }

    private static double Jobs(double[] queuedMs, RunningMean jobMs, RunningMean usual, RunningMean busy)
    {
        if (queuedMs.Length == 0 || jobMs.Value <= 0)
            return 0;
        // Those there now, and those there usually are: of a job that arrives at an empty host others are still to come.
        var now = queuedMs.Average() / jobMs.Value;
        usual.Add(now);
        var share = Math.Min(busy.Value, MostBusy);
        return Math.Max((now + usual.Value) / 2, share) / (1 - share);
    }

    private static string Name(ChainPlan plan) => plan.ToString().ToLowerInvariant();

    private static string Reason(PlanEstimate chosen, PlanEstimate best, PlanEstimate[] estimates, LoadSnapshot load)
    {
        var others = _plans.Where(plan => plan != chosen.Plan)
            .Select(plan => estimates.Where(e => e.Plan == plan).MinBy(e => e.CostMs)!)
            .Select(e => string.Create(CultureInfo.InvariantCulture, $"{Name(e.Plan)} {e.CostMs:F0} ms"));
        var own = load.Enhancers.Count;
        var places = $"{load.Hosts.Count} host{(load.Hosts.Count == 1 ? "" : "s")}{(own == 0 ? "" : $" and {own} that only enhance")}";
        var kept = ReferenceEquals(chosen, best)
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture, $", kept although {Name(best.Plan)} in groups of {best.GroupSize} is {best.CostMs:F0} ms just now");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"estimated at {chosen.CompletionMs:F0} ms and {chosen.DelayMs:F0} ms of delay to others on {places}, "
            + $"in all {chosen.CostMs:F0} ms against {string.Join(" and ", others)}{kept}");
    }

    private void See(LoadSnapshot load, double ageMs)
    {
        if (!ReferenceEquals(load, _seen))
        {
            (_seen, _ageMs) = (load, 0);
            _generateMs = [.. load.Hosts.Select(h => h.QueuedSeconds * 1000)];
            _enhanceMs = [.. load.Enhancers.Select(h => h.QueuedSeconds * 1000)];
            _generateBusy.Add(_generateMs.Average(ms => ms > 0 ? 1 : 0));
            if (_enhanceMs.Length > 0)
                _enhanceBusy.Add(_enhanceMs.Average(ms => ms > 0 ? 1 : 0));
        }

        // Hosts have worked meanwhile.
        var passed = Math.Max(0, ageMs - _ageMs);
        _ageMs += passed;
        for (var i = 0; i < _generateMs.Length; i++)
            _generateMs[i] = Math.Max(0, _generateMs[i] - passed);
        for (var i = 0; i < _enhanceMs.Length; i++)
            _enhanceMs[i] = Math.Max(0, _enhanceMs[i] - passed);
    }

    private void Commit(PlanEstimate chosen)
    {
        for (var i = 0; i < _generateMs.Length; i++)
            _generateMs[i] += chosen.GenerateMs[i];
        for (var i = 0; i < _enhanceMs.Length; i++)
            _enhanceMs[i] += chosen.EnhanceMs[i];
        _jobGenerateMs.Add(chosen.GenerateMs.Sum());
        if (chosen.EnhanceMs.Sum() is > 0 and var enhance)
            _jobEnhanceMs.Add(enhance);
    }

    private PlanKeeper KeeperOf(PlanKey key)
    {
        if (!_kept.TryGetValue(key, out var known))
        {
            if (_kept.Count >= _options.MostKinds)
                _kept.Remove(_kept.MinBy(entry => entry.Value.AskedAt).Key);
            known.Keeper = new PlanKeeper(_options.Margin, _options.Patience);
        }

        _kept[key] = known with { AskedAt = ++_asked };
        return known.Keeper;
    }
}
