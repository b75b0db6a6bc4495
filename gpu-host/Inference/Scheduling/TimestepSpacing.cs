namespace Aigc.Inference.Scheduling;

/// <summary>
/// Which of the training timesteps are visited: <c>timestep_spacing</c> (Lin et al., "Common Diffusion Noise Schedules and Sample Steps are
/// Flawed", 2023, table 2).
/// </summary>
public enum TimestepSpacing
{
    /// <summary>Multiples of a whole ratio, from the first: never reaches the noisiest timestep.</summary>
    Leading,

    /// <summary>Back from the noisiest timestep; the choice for few steps.</summary>
    Trailing,

    /// <summary>Evenly, with both ends.</summary>
    Linspace,
}
