using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Engine;

/// <summary>
/// All that <see cref="ImagePipeline"/> may touch. Replay-safe: each member gives the same answer when a job is carried
/// out again from its journal, so the pipeline has no clock, no randomness and no I/O of its own.
/// </summary>
public interface IPipelineContext
{
    /// <summary>What the engine's model could do when the job was accepted.</summary>
    EngineCapabilities Capabilities { get; }

    /// <summary>Decides how the job is carried out, or returns what was decided before.</summary>
    /// <param name="job">The job.</param>
    /// <exception cref="Aigc.Artifacts.FaultException">The engine cannot carry the job out.</exception>
    Task<PlanDecision> PlanAsync(GenerationJob job);

    /// <summary>Calls a stage, or returns what it answered before.</summary>
    /// <param name="stage">What to call.</param>
    /// <param name="input">Its input.</param>
    /// <returns>Its output, with spans counted from the start of the job.</returns>
    /// <exception cref="Aigc.Artifacts.FaultException">The stage cannot do it, and trying again is of no use any more.</exception>
    Task<TOutput> CallAsync<TInput, TOutput>(StageCall<TInput, TOutput> stage, TInput input)
        where TOutput : StageOutput;

    /// <summary>Tells the job's owner of the plan and how many denoising steps it comes to.</summary>
    void SetPlan(PlanDecision plan, int steps);

    /// <summary>Tells the job's owner of pictures that can be looked at until they are enhanced.</summary>
    void AddBases(IReadOnlyList<BasePicture> bases);

    /// <summary>Tells the job's owner of finished pictures.</summary>
    void AddPictures(IReadOnlyList<PictureResult> pictures);
}
