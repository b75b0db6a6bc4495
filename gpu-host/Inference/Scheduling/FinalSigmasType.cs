namespace Aigc.Inference.Scheduling;

/// <summary>How much noise the last step leaves: <c>final_sigmas_type</c>.</summary>
public enum FinalSigmasType
{
    /// <summary>None.</summary>
    Zero,

    /// <summary>As much as the first training timestep has.</summary>
    SigmaMin,
}
