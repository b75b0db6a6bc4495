using System.Globalization;
using Aigc.Pipeline.Plans;

namespace Aigc.Benchmarks.Planning;

/// <summary>Says in words what a comparison came to.</summary>
internal static class PlanReport
{
    public static void Write(Comparison comparison, TextWriter writer)
    {
        foreach (var (name, results) in comparison.Traces)
        {
            writer.WriteLine(name);
            writer.WriteLine($"  {"",-24}{"mean ms",12}{"p95 ms",12}{"to best fixed",16}");
            foreach (var (planner, result) in results)
            {
                writer.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {planner,-24}{result.MeanMs,12:F0}{result.P95Ms,12:F0}{Comparison.Ratio(results, planner),16:F3}"));
            }

            writer.WriteLine($"  adaptive chose {Chosen(results[Comparison.Adaptive].Decisions)}");
        }

        writer.WriteLine("over all, geometric mean of the ratios");
        foreach (var planner in comparison.Traces[0].Results.Keys)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {planner,-24}{comparison.Overall(planner),12:F3}"));
        foreach (var (name, results) in comparison.Traces.Where(t => Comparison.Ratio(t.Results, Comparison.Adaptive) > Comparison.Allowed))
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"missed: on '{name}' adaptive is {Comparison.Ratio(results, Comparison.Adaptive) - 1:P1} behind the best fixed plan"));
        }

        writer.WriteLine(comparison.GoalHolds
            ? "the goal holds: never more than 5 % behind the best fixed plan, and ahead of each over all"
            : "the goal does NOT hold");
    }

    private static string Chosen(IReadOnlyList<PlanDecision> decisions) => string.Join(", ", decisions
        .GroupBy(d => (d.Plan, d.GroupSize)).OrderByDescending(g => g.Count())
        .Select(g => $"{g.Key.Plan.ToString().ToLowerInvariant()} by {g.Key.GroupSize}: {g.Count()}"));
}
