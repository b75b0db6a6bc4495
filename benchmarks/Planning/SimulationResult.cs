using Aigc.Pipeline.Plans;

namespace Aigc.Benchmarks.Planning;

/// <summary>What a trace came to under a planner.</summary>
/// <param name="TookMs">For each job, from its arrival to its end, in milliseconds.</param>
/// <param name="Decisions">What was decided for each.</param>
internal sealed record SimulationResult(IReadOnlyList<double> TookMs, IReadOnlyList<PlanDecision> Decisions)
{
    public double MeanMs => TookMs.Average();

    public double P95Ms => TookMs.Order().ElementAt((int)(.95 * (TookMs.Count - 1)));
}
