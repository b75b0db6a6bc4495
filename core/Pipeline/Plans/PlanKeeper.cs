namespace Aigc.Pipeline.Plans;

/// <summary>
/// Holds on to a choice until another is better by a margin several times running, so that figures that waver do not make plans flap.
/// </summary>
internal sealed class PlanKeeper(double margin, int patience)
{
    private const double Alike = .01;

    private (ChainPlan Plan, int GroupSize)? _kept;
    private int _beaten;

    /// <summary>Chooses among estimates, of which there is one at least; of those that are as good as the least, the first.</summary>
    /// <returns>The choice, and the least of all, which is another while the choice is only held on to.</returns>
    public (PlanEstimate Chosen, PlanEstimate Best) Choose(IReadOnlyList<PlanEstimate> estimates)
    {
        var least = estimates.Min(e => e.CostMs);
        var best = estimates.First(e => e.CostMs <= least * (1 + Alike));
        var kept = estimates.FirstOrDefault(e => (e.Plan, e.GroupSize) == _kept);
        if (kept is null)
            return Take(best);
        if (best.CostMs >= kept.CostMs * (1 - margin))
        {
            _beaten = 0;
            return (kept, best);
        }

        // By whichever: two that take turns must not keep up a third that is worse than both.
        return ++_beaten >= patience ? Take(best) : (kept, best);
    }

    private (PlanEstimate Chosen, PlanEstimate Best) Take(PlanEstimate best)
    {
        _kept = (best.Plan, best.GroupSize);
        _beaten = 0;
        return (best, best);
    }
}
