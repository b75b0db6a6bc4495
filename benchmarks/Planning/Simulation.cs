using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Plans;

namespace Aigc.Benchmarks.Planning;

/// <summary>Runs a trace to its end in simulated time.</summary>
internal static class Simulation
{
    /// <summary>Carries a trace out.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="plannerOf">Makes the planner, of what tells it the load.</param>
    /// <param name="seed">Of the jitter.</param>
    public static SimulationResult Run(Trace trace, Func<Func<LoadReading>, IChainPlanner> plannerOf, int seed)
    {
        // Continuations must run at once, within the event that they follow: then one thread does everything in one order.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var (events, random) = (new EventQueue(), new Random(seed));
            SimulatedPool Pool(string name, IReadOnlyList<double> hosts) =>
                new(events, [.. hosts.Select((slowness, i) => new SimulatedHost($"{name}:{i}", events, random, trace.Costs, slowness))]);
            var (generators, enhancers) = (Pool("generate", trace.Generators), Pool("enhance", trace.Enhancers));
            var look = new LatestLook(generators, events, enhancers.IsEmpty ? null : enhancers);
            var planner = plannerOf(look.Look);
            var took = new double[trace.Arrivals.Count];
            var decisions = new PlanDecision[trace.Arrivals.Count];
            for (var i = 0; i < took.Length; i++)
            {
                var (job, at) = (i, trace.Arrivals[i].AtMs);
                events.After(at, () => _ = RunAsync());

                async Task RunAsync()
                {
                    var pipeline = new SimulatedContext(events, random, trace.Costs, generators, enhancers, planner);
                    await ImagePipeline.RunAsync(pipeline, trace.Arrivals[job].Job).ConfigureAwait(true);
                    (took[job], decisions[job]) = (events.NowMs - at, pipeline.Decision!);
                }
            }

            events.Run();
            return Array.TrueForAll(decisions, d => d is not null)
                ? new SimulationResult(took, decisions)
                : throw new InvalidOperationException("A simulated job did not end.");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
