namespace Aigc.Inference.Scheduling;

/// <summary>How the variances of the training noise were laid out: <c>beta_schedule</c>.</summary>
public enum BetaSchedule
{
    /// <summary>Evenly from <c>beta_start</c> to <c>beta_end</c> (Ho et al., "Denoising Diffusion Probabilistic Models", 2020).</summary>
    Linear,

    /// <summary>Evenly in the square root: Stable Diffusion's.</summary>
    ScaledLinear,

    /// <summary>From a squared cosine, capped (Nichol and Dhariwal, "Improved Denoising Diffusion Probabilistic Models", 2021).</summary>
    SquaredcosCapV2,
}
