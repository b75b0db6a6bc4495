namespace Aigc.Inference.Scheduling;

/// <summary>A step that clips the predicted clean sample, as pixel models want it, and so is no linear map.</summary>
internal sealed record ClippedStep(DenoisingStep Step, double Range)
{
    // Only pixel models clip, so this path is plain. The noise is not derived again from the clipped sample, as in diffusers by default.
    public void Apply(ReadOnlySpan<float> modelOutput, Span<float> sample)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(modelOutput.Length, sample.Length);
        for (var i = 0; i < sample.Length; i++)
        {
            var noise = Step.Noise.FromSample * sample[i] + Step.Noise.FromOutput * modelOutput[i];
            sample[i] = (float)(Step.Next.Signal * Clean(sample[i], modelOutput[i]) + Step.Next.Noise * noise);
        }
    }

    public void PredictClean(ReadOnlySpan<float> sample, ReadOnlySpan<float> modelOutput, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sample.Length, destination.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(modelOutput.Length, destination.Length);
        for (var i = 0; i < destination.Length; i++) destination[i] = (float)Clean(sample[i], modelOutput[i]);
    }

    private double Clean(float sample, float modelOutput) =>
        Math.Clamp(Step.Clean.FromSample * sample + Step.Clean.FromOutput * modelOutput, -Range, Range);
}
