using System.Text.Json.Serialization;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Plans;

namespace Aigc.Pipeline.Requests;

/// <summary>One unit of work for the pipeline: some requests, carried out together.</summary>
/// <param name="Requests">The requests; pictures come back in this order.</param>
/// <param name="Plan">A chain plan that the caller insists on; null lets the planner choose.</param>
/// <param name="Labels">The caller's own notes, returned with the job's status and never read by the pipeline.</param>
public sealed record GenerationJob(
    IReadOnlyList<GenerationRequest> Requests,
    ChainPlan? Plan = null,
    IReadOnlyDictionary<string, string>? Labels = null)
{
    /// <summary>A preview after every so many denoising steps of a picture, 0 to 1000; 0 for none. It changes no picture.</summary>
    /// <value>The default is 0: each preview costs a decoding, and stays in the store.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PreviewEverySteps { get; init; }

    /// <summary>What may give way where there is no room or time for all of it, first to last, each once.</summary>
    /// <value>The default is null: it is made as it is asked for, or fails.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Concession>? Degrade { get; init; }
}
