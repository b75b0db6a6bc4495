using Aigc.Pipeline.Plans;

namespace Aigc.Benchmarks.Planning;

/// <summary>The adaptive planner beside each fixed plan, over all traces.</summary>
/// <param name="Traces">For each trace its name, and what each planner came to, by name.</param>
internal sealed record Comparison(IReadOnlyList<(string Name, IReadOnlyDictionary<string, SimulationResult> Results)> Traces)
{
    /// <summary>The adaptive planner's name.</summary>
    public const string Adaptive = "adaptive";

    /// <summary>How far behind the best fixed plan the adaptive one may be on a trace.</summary>
    public const double Allowed = 1.05;

    /// <summary>The fixed plans, in groups of the preferred batch and one picture a call.</summary>
    public static IReadOnlyList<(string Name, ChainPlan Plan, int? GroupSize)> Fixed { get; } =
    [
        .. Enum.GetValues<ChainPlan>().Select(plan => (plan.ToString().ToLowerInvariant(), plan, (int?)null)),
        .. Enum.GetValues<ChainPlan>().Select(plan => ($"{plan.ToString().ToLowerInvariant()}, one a call", plan, (int?)1)),
    ];

    /// <summary>The goal: on no trace too far behind the best fixed plan, and over all ahead of each.</summary>
    public bool GoalHolds => Traces.All(trace => Ratio(trace.Results, Adaptive) <= Allowed)
        && Fixed.All(plan => Overall(Adaptive) < Overall(plan.Name));

    public static Comparison Run(int jobs, int seed) => new(
    [
        .. Planning.Traces.All(jobs, seed).Select(trace =>
        {
            var results = Fixed.ToDictionary(
                plan => plan.Name, plan => Simulation.Run(trace, _ => new FixedPlanner(plan.Plan, plan.GroupSize), seed));
            results[Adaptive] = Simulation.Run(trace, load => new AdaptivePlanner(new StageCosts(), load), seed);
            return (trace.Name, (IReadOnlyDictionary<string, SimulationResult>)results);
        }),
    ]);

    /// <summary>A planner's mean completion over that of the best fixed plan.</summary>
    public static double Ratio(IReadOnlyDictionary<string, SimulationResult> results, string planner) =>
        results[planner].MeanMs / Fixed.Min(plan => results[plan.Name].MeanMs);

    /// <summary>The geometric mean of its ratios: each trace counts the same.</summary>
    public double Overall(string planner) => Math.Exp(Traces.Average(trace => Math.Log(Ratio(trace.Results, planner))));
}
