namespace Aigc.Inference.Scheduling;

/// <summary>What a schedule holds of a step: either <see cref="Map"/> or <see cref="Clipped"/> carries it out.</summary>
/// <param name="Timestep">What the model is told.</param>
/// <param name="Level">How noisy the sample is before the step.</param>
/// <param name="Clean">The present estimate of the clean sample.</param>
/// <param name="Map">The step, unless it clips.</param>
internal sealed record ScheduleStep(float Timestep, NoiseLevel Level, Prediction Clean, StepMap? Map)
{
    /// <summary>What the sample is multiplied by for the model.</summary>
    public double InputScale { get; init; } = 1;

    public ClippedStep? Clipped { get; init; }

    /// <summary>A step that needs neither history nor noise.</summary>
    public static ScheduleStep Plain(in DenoisingStep step) =>
        new(step.Timestep, step.Level, step.Clean, new StepMap(LinearRow.Of(step.Result)));
}
