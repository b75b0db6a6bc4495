namespace Aigc.Pipeline.Plans;

/// <summary>Which plan a job runs, and why.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Reason">One sentence, for people.</param>
/// <param name="GroupSize">How many pictures share a call.</param>
public sealed record PlanDecision(ChainPlan Plan, string Reason, int GroupSize);
