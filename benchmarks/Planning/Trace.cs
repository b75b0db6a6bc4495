using Aigc.Pipeline.Requests;

namespace Aigc.Benchmarks.Planning;

/// <summary>A world and the jobs that arrive in it.</summary>
/// <param name="Name">For people.</param>
/// <param name="Costs">What work costs.</param>
/// <param name="Generators">How many times slower than usual each host is that generates.</param>
/// <param name="Enhancers">Likewise those that only enhance; none where those that generate do it.</param>
/// <param name="Arrivals">When jobs arrive, in milliseconds, in order.</param>
internal sealed record Trace(
    string Name,
    TrueCosts Costs,
    IReadOnlyList<double> Generators,
    IReadOnlyList<double> Enhancers,
    IReadOnlyList<(double AtMs, GenerationJob Job)> Arrivals);
