using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Plans;

/// <summary>Chooses the plans of an engine's jobs, and hears what their calls took. Safe for many threads.</summary>
/// <remarks>An engine keeps each decision with its job: a job that is carried out again is never decided again.</remarks>
public interface IChainPlanner
{
    /// <summary>Decides how a job is carried out.</summary>
    /// <param name="job">The job; a plan it insists on is honoured.</param>
    /// <param name="capabilities">What the model can do, and what it does where a request is silent.</param>
    PlanDecision Decide(GenerationJob job, EngineCapabilities capabilities);

    /// <summary>Hears what a finished call took.</summary>
    /// <param name="call">The call.</param>
    void Learn(CallSample call);
}
