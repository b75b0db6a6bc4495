using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>The way from one noise level to another, mostly a less noisy one, for what the model predicts.</summary>
/// <param name="Timestep">What the model is told.</param>
/// <param name="Level">How noisy the sample is before the step.</param>
/// <param name="Next">How noisy it is after it.</param>
/// <param name="Clean">The prediction of the clean sample.</param>
/// <param name="Noise">The prediction of the noise in the sample.</param>
internal readonly record struct DenoisingStep(float Timestep, NoiseLevel Level, NoiseLevel Next, Prediction Clean, Prediction Noise)
{
    public static DenoisingStep Between(double timestep, NoiseLevel level, NoiseLevel next, PredictionType type)
    {
        var (signal, noise) = level;
        if (signal == 0 && type == PredictionType.Epsilon)
        {
            throw new InferenceException(
                InferenceFault.BadModel,
                $"no clean sample follows from epsilon at timestep {timestep}, which is noise alone; "
                + "turn rescale_betas_zero_snr off, or use euler or timestep_spacing leading");
        }

        var power = signal * signal + noise * noise;
        var (cleanPrediction, noisePrediction) = type switch
        {
            PredictionType.Epsilon => (new Prediction(1 / signal, -noise / signal), new Prediction(0, 1)),
            PredictionType.Sample => (new Prediction(0, 1), new Prediction(1 / noise, -signal / noise)),
            // The model sees the sample at unit variance, so the velocity is that of signal and noise over the root of the power.
            PredictionType.VPrediction => (
                new Prediction(signal / power, -noise / Math.Sqrt(power)),
                new Prediction(noise / power, signal / Math.Sqrt(power))),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
        };
        return new DenoisingStep((float)timestep, level, next, cleanPrediction, noisePrediction);
    }

    /// <summary>Where the step ends without clipping: clean sample and noise put together again at the next level.</summary>
    public Prediction Result => new(
        Next.Signal * Clean.FromSample + Next.Noise * Noise.FromSample,
        Next.Signal * Clean.FromOutput + Next.Noise * Noise.FromOutput);
}
