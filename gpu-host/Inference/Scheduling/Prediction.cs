namespace Aigc.Inference.Scheduling;

/// <summary>A quantity that is linear in the sample and the model's output.</summary>
internal readonly record struct Prediction(double FromSample, double FromOutput);
