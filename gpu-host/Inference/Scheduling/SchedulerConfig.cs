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
    /// <value>The default is null: as the scheduler has it, which is leading for DDIM and PNDM, and linspace for Euler and DPM-Solver. LCM
    /// has its own.</value>
    public TimestepSpacing? TimestepSpacing { get; init; }

    /// <summary>Added to each timestep where the spacing is leading: <c>steps_offset</c>.</summary>
    /// <value>The default is 0; Stable Diffusion has 1.</value>
    public int StepsOffset { get; init; }

    /// <summary>
    /// DDIM and PNDM: whether the last step ends at no noise, or at the noise of timestep 0: <c>set_alpha_to_one</c>.
    /// </summary>
    /// <value>The default is null: as the scheduler has it, which is true for DDIM and false for PNDM. Stable Diffusion has false.</value>
    public bool? SetAlphaToOne { get; init; }

    /// <summary>
    /// DDIM: whether the predicted clean sample is clipped, for models that work on pixels: <c>clip_sample</c>. LCM refuses true.
    /// </summary>
    /// <value>The default is null: as the scheduler has it, which is true for DDIM and false for LCM. A latent model must say
    /// false.</value>
    public bool? ClipSample { get; init; }

    /// <summary>DDIM: the largest magnitude after clipping: <c>clip_sample_range</c>.</summary>
    /// <value>The default is 1.</value>
    public double ClipSampleRange { get; init; } = 1;

    /// <summary>PNDM: whether the Runge-Kutta steps at the start, of four calls each, are left out: <c>skip_prk_steps</c>.</summary>
    /// <value>The default is true, to which diffusers' pipelines for latents correct the class's own false.</value>
    public bool SkipPrkSteps { get; init; } = true;

    /// <summary>
    /// Euler and DPM-Solver: whether the noise levels are spaced as in Karras et al., "Elucidating the Design Space of Diffusion-Based
    /// Generative Models", 2022, equation 5, with rho 7: <c>use_karras_sigmas</c>.
    /// </summary>
    /// <value>The default is false.</value>
    public bool UseKarrasSigmas { get; init; }

    /// <summary>The least noise of the Karras spacing: <c>sigma_min</c>.</summary>
    /// <value>The default is null: for Euler that of the last step without it, for DPM-Solver the training's least.</value>
    public double? SigmaMin { get; init; }

    /// <summary>The most noise of the Karras spacing: <c>sigma_max</c>.</summary>
    /// <value>The default is null: for Euler that of the first step without it, for DPM-Solver the training's most.</value>
    public double? SigmaMax { get; init; }

    /// <summary>Euler and DPM-Solver: how much noise the last step leaves: <c>final_sigmas_type</c>.</summary>
    /// <value>The default is <see cref="FinalSigmasType.Zero"/>.</value>
    public FinalSigmasType FinalSigmasType { get; init; } = FinalSigmasType.Zero;

    /// <summary>DPM-Solver: 1 for the predicted clean sample alone, 2 for its slope too: <c>solver_order</c>.</summary>
    /// <value>The default is 2. Order 1 takes the steps that DDIM does.</value>
    public int SolverOrder { get; init; } = 2;

    /// <summary>DPM-Solver: how the slope is weighed: <c>solver_type</c>.</summary>
    /// <value>The default is <see cref="SolverType.Midpoint"/>.</value>
    public SolverType SolverType { get; init; } = SolverType.Midpoint;

    /// <summary>DPM-Solver: whether the last of fewer than 15 steps is of first order: <c>lower_order_final</c>.</summary>
    /// <value>The default is true. With no noise at the end the last step is so anyway.</value>
    public bool LowerOrderFinal { get; init; } = true;

    /// <summary>DPM-Solver: whether the last step is of first order, however many there are: <c>euler_at_final</c>.</summary>
    /// <value>The default is false.</value>
    public bool EulerAtFinal { get; init; }

    /// <summary>
    /// DPM-Solver: timesteps with a lower logarithm of signal to noise than this are not visited: <c>lambda_min_clipped</c>.
    /// </summary>
    /// <value>The default is minus infinity: all are. The cosine schedule wants -5.1.</value>
    public double LambdaMinClipped { get; init; } = double.NegativeInfinity;

    /// <summary>LCM: at how many timesteps, evenly spaced, the model was distilled: <c>original_inference_steps</c>.</summary>
    /// <value>The default is 50. A run takes at most that many steps.</value>
    public int OriginalInferenceSteps { get; init; } = 50;

    /// <summary>LCM: what timesteps are multiplied by in the boundary condition: <c>timestep_scaling</c>.</summary>
    /// <value>The default is 10.</value>
    public double TimestepScaling { get; init; } = 10;

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The path of <c>scheduler_config.json</c>.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the file is missing or no JSON, or holds a key or a
    /// value that is not known, or one that is but is not done here. Keys that begin with <c>_</c>, and those that belong to schedulers of
    /// diffusers that are not here, are passed over.</exception>
    public static SchedulerConfig Read(string path) => SchedulerConfigReader.Read(path);
}
