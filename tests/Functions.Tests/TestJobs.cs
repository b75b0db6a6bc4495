using Aigc.Artifacts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Tests;

internal static class TestJobs
{
    public static GenerationJob Of(int count, ChainPlan? plan = null) => new([new GenerationRequest { Prompt = "a fox", Count = count, Seed = 7 }], plan);

    /// <summary>The most that a request may ask for, with texts that no message could carry.</summary>
    public static GenerationJob Largest(ChainPlan plan, int requests, int count) => new(
        [
            .. Enumerable.Range(0, requests).Select(i => new GenerationRequest
            {
                Prompt = $"{i} {new string('\u4e2d', 8000)}",
                NegativePrompt = $"no {i} {new string('\u00e9', 8000)}",
                Count = count,
                Seed = long.MaxValue - 100,
                Image = new ArtifactRef($"uploads/{i:x64}.png", "image/png", 1000, i.ToString("x64", System.Globalization.CultureInfo.InvariantCulture)),
            }),
        ],
        plan);
}
