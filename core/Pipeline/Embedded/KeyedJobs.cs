using System.Text.Json;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Embedded;

/// <summary>Jobs started under an idempotency key, which the journal holds one of at most.</summary>
internal static class KeyedJobs
{
    /// <summary>The job that is there, if it is what is asked for.</summary>
    /// <param name="there">The job of the key.</param>
    /// <param name="asked">What is asked for; a seed left open is the one that was drawn.</param>
    /// <exception cref="IdempotencyConflictException">It is another job.</exception>
    public static JobStatus Same(JobStatus there, GenerationJob asked)
    {
        var drawn = asked with { Requests = [.. asked.Requests.Select((r, i) => r with { Seed = r.Seed ?? SeedOf(there.Job, i) })] };
        return Json(drawn) == Json(there.Job) ? there : throw new IdempotencyConflictException();
    }

    private static long? SeedOf(GenerationJob job, int request) => request < job.Requests.Count ? job.Requests[request].Seed : null;

    private static string Json(GenerationJob job) => JsonSerializer.Serialize(job, PipelineJson.Default.GenerationJob);
}
