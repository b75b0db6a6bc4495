using System.Collections.Immutable;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>A model's <c>scheduler_config.json</c>, in diffusers' words. What the file leaves out has diffusers' default.</summary>
public sealed record SchedulerConfig
{
    /// <summary>The scheduler the model was published with: <c>_class_name</c>.</summary>
    /// <value>The default is null: the file does not say.</value>
    public string? ClassName { get; init; }

    /// <summary>How many timesteps the training had: <c>num_train_timesteps</c>.</summary>
    /// <value>The default is 1000.</value>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>The variance of the noise at the first training timestep: <c>beta_start</c>.</summary>
    /// <value>The default is 0.0001.</value>
    public double BetaStart { get; init; } = 0.0001;

    /// <summary>The variance of the noise at the last training timestep: <c>beta_end</c>.</summary>
    /// <value>The default is 0.02.</value>
    public double BetaEnd { get; init; } = 0.02;

    /// <summary>How the variances lie between the two: <c>beta_schedule</c>.</summary>
    /// <value>The default is <see cref="BetaSchedule.Linear"/>.</value>
    public BetaSchedule BetaSchedule { get; init; } = BetaSchedule.Linear;

    /// <summary>
    /// The variances one by one, instead of the three above: <c>trained_betas</c>; <see cref="NumTrainTimesteps"/> of them.
    /// </summary>
    /// <value>The default is empty: they follow from the three above.</value>
    public ImmutableArray<double> TrainedBetas { get; init; } = [];

    /// <summary>Whether the variances are stretched so that the last timestep is noise alone: <c>rescale_betas_zero_snr</c>.</summary>
    /// <value>The default is false.</value>
    public bool RescaleBetasZeroSnr { get; init; }

    /// <summary>What the model's output stands for: <c>prediction_type</c>.</summary>
    /// <value>The default is <see cref="PredictionType.Epsilon"/>.</value>
    public PredictionType PredictionType { get; init; } = PredictionType.Epsilon;

    /// <summary>Which timesteps are visited: <c>timestep_spacing</c>.</summary>
    /// <value>The default is null: as the scheduler has it, which is leading for DDIM and linspace for Euler.</value>
    public TimestepSpacing? TimestepSpacing { get; init; }

    /// <summary>Added to each timestep where the spacing is leading: <c>steps_offset</c>.</summary>
    /// <value>The default is 0; Stable Diffusion has 1.</value>
    public int StepsOffset { get; init; }

    /// <summary>DDIM: whether the last step ends at no noise, or at the noise of timestep 0: <c>set_alpha_to_one</c>.</summary>
    /// <value>The default is true; Stable Diffusion has false.</value>
    public bool SetAlphaToOne { get; init; } = true;

    /// <summary>DDIM: whether the predicted clean sample is clipped, for models that work on pixels: <c>clip_sample</c>.</summary>
    /// <value>The default is true; a latent model must say false.</value>
    public bool ClipSample { get; init; } = true;

    /// <summary>DDIM: the largest magnitude after clipping: <c>clip_sample_range</c>.</summary>
    /// <value>The default is 1.</value>
    public double ClipSampleRange { get; init; } = 1;

    /// <summary>
    /// Euler: whether the noise levels are spaced as in Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models",
    /// 2022, equation 5, with rho 7: <c>use_karras_sigmas</c>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>The least noise of the Karras spacing: <c>sigma_min</c>.</summary>
    /// <value>The default is null: that of the last step without it.</value>
    public double? SigmaMin { get; init; }

    /// <summary>The most noise of the Karras spacing: <c>sigma_max</c>.</summary>
    /// <value>The default is null: that of the first step without it.</value>
    public double? SigmaMax { get; init; }

    /// <summary>Euler: how much noise the last step leaves: <c>final_sigmas_type</c>.</summary>
    /// <value>The default is <see cref="FinalSigmasType.Zero"/>.</value>
    public FinalSigmasType FinalSigmasType { get; init; } = FinalSigmasType.Zero;

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The path of <c>scheduler_config.json</c>.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the file is missing or no JSON, or holds a key or a
    /// value that is not known. Keys that begin with <c>_</c>, and those that belong to other schedulers of diffusers, are passed
    /// over.</exception>
    public static SchedulerConfig Read(string path) => SchedulerConfigReader.Read(path);
}
