namespace Aigc.Inference.Scheduling;

/// <summary>What the model's output stands for: <c>prediction_type</c>.</summary>
public enum PredictionType
{
    /// <summary>The noise in the sample.</summary>
    Epsilon,

    /// <summary>The velocity (Salimans and Ho, "Progressive Distillation for Fast Sampling of Diffusion Models", 2022).</summary>
    VPrediction,

    /// <summary>The clean sample.</summary>
    Sample,
}
