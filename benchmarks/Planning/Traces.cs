using Aigc.Pipeline.Requests;

namespace Aigc.Benchmarks.Planning;

/// <summary>The load traces. The same seed gives the same jobs at the same moments.</summary>
internal static class Traces
{
    private static readonly TrueCosts _usual = new();

    public static IReadOnlyList<Trace> All(int jobs, int seed)
    {
        Trace Make(
            string name,
            TrueCosts costs,
            double[] generators,
            double[] enhancers,
            Func<Random, int, double> gapMs,
            Func<Random, GenerationRequest> draw)
        {
            // Not the hash of its name, which differs from process to process.
            var random = new Random(seed + name.Length * 1000 + generators.Length);
            var at = 0.0;
            var arrivals = new List<(double, GenerationJob)>(jobs);
            for (var i = 0; i < jobs; i++)
            {
                at += gapMs(random, i);
                arrivals.Add((at, new GenerationJob([draw(random) with { Prompt = $"job {i}", Seed = i }])));
            }

            return new Trace(name, costs, generators, enhancers, arrivals);
        }

        return
        [
            Make("steady", _usual, [1, 1, 1, 1], [1, 1], (r, _) => Exponential(r, 250), Usual),
            Make("burst", _usual, [1, 1, 1, 1], [1, 1], (r, i) => i % 24 == 0 ? Exponential(r, 12_000) : Exponential(r, 20), Usual),
            Make("one slow host", _usual, [1, 1, 1, 4], [1, 1], (r, _) => Exponential(r, 300), Usual),
            Make("mixed sizes", _usual, [1, 1, 1, 1], [1, 1], (r, _) => Exponential(r, 600), Mixed),
            Make("enhance pool starved", _usual, [1, 1, 1, 1], [5], (r, _) => Exponential(r, 280), Usual),
            Make("no enhance pool, dear hops", _usual with { HopMs = 60 }, [1, 1, 1], [], (r, _) => Exponential(r, 450), Usual),
        ];
    }

    private static double Exponential(Random random, double meanMs) => -meanMs * Math.Log(1 - random.NextDouble());

    private static GenerationRequest Usual(Random random) => new() { Prompt = "", Count = Of(random, 1, 2, 4, 4), Enhance = true };

    private static GenerationRequest Mixed(Random random)
    {
        var size = Of(random, 256, 512, 512, 768);
        return new GenerationRequest
        {
            Prompt = "",
            Count = Of(random, 1, 2, 4, 8),
            Width = size,
            Height = size,
            Steps = Of(random, 4, 8, 16),
            Enhance = random.NextDouble() < .7,
        };
    }

    private static int Of(Random random, params ReadOnlySpan<int> values) => values[random.Next(values.Length)];
}
