namespace Aigc.Inference.Scheduling;

/// <summary>How DPM-Solver's second order weighs the slope between two steps: <c>solver_type</c>.</summary>
public enum SolverType
{
    /// <summary>As at the middle of the step; the usual choice.</summary>
    Midpoint,

    /// <summary>As along the whole of it.</summary>
    Heun,
}
