using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

/// <summary>The <c>scheduler_config.json</c> of well-known models, key by key as they were published.</summary>
public sealed class PublishedConfigTests : IDisposable
{
    private const string StableDiffusion15 = """
        { "_class_name": "PNDMScheduler", "_diffusers_version": "0.6.0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
          "beta_start": 0.00085, "clip_sample": false, "num_train_timesteps": 1000, "set_alpha_to_one": false, "skip_prk_steps": true,
          "steps_offset": 1, "trained_betas": null }
        """;

    private const string StableDiffusion21 = """
        { "_class_name": "DDIMScheduler", "_diffusers_version": "0.8.0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
          "beta_start": 0.00085, "clip_sample": false, "num_train_timesteps": 1000, "prediction_type": "v_prediction",
          "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null }
        """;

    private const string StableDiffusionXl = """
        { "_class_name": "EulerDiscreteScheduler", "_diffusers_version": "0.19.0.dev0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
          "beta_start": 0.00085, "clip_sample": false, "interpolation_type": "linear", "num_train_timesteps": 1000,
          "prediction_type": "epsilon", "sample_max_value": 1.0, "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1,
          "timestep_spacing": "leading", "trained_betas": null, "use_karras_sigmas": false }
        """;

    private const string Turbo = """
        { "_class_name": "EulerDiscreteScheduler", "_diffusers_version": "0.24.0.dev0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
          "beta_start": 0.00085, "clip_sample": false, "interpolation_type": "linear", "num_train_timesteps": 1000,
          "prediction_type": "epsilon", "sample_max_value": 1.0, "set_alpha_to_one": false, "sigma_max": null, "sigma_min": null,
          "skip_prk_steps": true, "steps_offset": 1, "timestep_spacing": "trailing", "timestep_type": "discrete", "trained_betas": null,
          "use_karras_sigmas": false }
        """;

    private const string LcmDreamshaper = """
        { "_class_name": "LCMScheduler", "_diffusers_version": "0.22.0.dev0", "beta_end": 0.012, "beta_schedule": "scaled_linear",
          "beta_start": 0.00085, "clip_sample": false, "clip_sample_range": 1.0, "dynamic_thresholding_ratio": 0.995,
          "num_train_timesteps": 1000, "original_inference_steps": 50, "prediction_type": "epsilon", "rescale_betas_zero_snr": false,
          "sample_max_value": 1.0, "set_alpha_to_one": true, "steps_offset": 0, "thresholding": false, "timestep_spacing": "leading",
          "trained_betas": null }
        """;

    private const string PixArt = """
        { "_class_name": "DPMSolverMultistepScheduler", "_diffusers_version": "0.22.0.dev0", "algorithm_type": "dpmsolver++",
          "beta_end": 0.02, "beta_schedule": "linear", "beta_start": 0.0001, "dynamic_thresholding_ratio": 0.995, "euler_at_final": false,
          "lambda_min_clipped": -Infinity, "lower_order_final": true, "num_train_timesteps": 1000, "prediction_type": "epsilon",
          "sample_max_value": 1.0, "solver_order": 2, "solver_type": "midpoint", "steps_offset": 0, "thresholding": false,
          "timestep_spacing": "linspace", "trained_betas": null, "use_karras_sigmas": false, "use_lu_lambdas": false,
          "variance_type": null }
        """;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(StableDiffusion15, "pndm", 20, 21, 951f)]
    [InlineData(StableDiffusion21, "ddim", 20, 20, 951f)]
    [InlineData(StableDiffusionXl, "euler", 20, 20, 951f)]
    [InlineData(Turbo, "euler", 4, 4, 999f)]
    [InlineData(LcmDreamshaper, "lcm", 4, 4, 999f)]
    [InlineData(PixArt, "dpmpp_2m", 20, 20, 999f)]
    public void Read_PublishedFile_OpensWithItsOwnScheduler(string json, string name, int steps, int calls, float noisiest)
    {
        var config = Read(json);
        var scheduler = SchedulerCatalog.Create(config.ClassName!, config);
        var schedule = scheduler.CreateSchedule(steps);

        Assert.Equal(name, scheduler.Name);
        Assert.Equal(calls, schedule.Count);
        Assert.Equal(noisiest, schedule.Timesteps[0]);
        Assert.True(schedule.IsLinear);
    }

    [Theory]
    [InlineData(StableDiffusion15)]
    [InlineData(StableDiffusion21)]
    [InlineData(StableDiffusionXl)]
    [InlineData(Turbo)]
    [InlineData(LcmDreamshaper)]
    [InlineData(PixArt)]
    public void Read_PublishedFile_ServesEveryScheduler(string json)
    {
        // Pixels are clipped where a file does not say; PixArt's own scheduler has no such key.
        var config = Read(json);
        config = config with { ClipSample = config.ClipSample ?? false };

        Assert.All(
            SchedulerCatalog.Names,
            name => Assert.All(
                DenoisingLoop.Run(SchedulerCatalog.Create(name, config), 8), element => Assert.True(float.IsFinite(element))));
    }

    [Fact]
    public void Read_DpmSolversFile_KeepsEveryValue()
    {
        var config = Read("""
            { "_class_name": "DPMSolverMultistepScheduler", "solver_order": 1, "solver_type": "heun", "algorithm_type": "dpmsolver++",
              "lower_order_final": false, "euler_at_final": true, "lambda_min_clipped": -5.1, "final_sigmas_type": "sigma_min",
              "use_karras_sigmas": true, "variance_type": "fixed_small", "use_flow_sigmas": false, "flow_shift": 1.0 }
            """);

        Assert.Equal(
            new SchedulerConfig
            {
                ClassName = "DPMSolverMultistepScheduler",
                SolverOrder = 1,
                SolverType = SolverType.Heun,
                LowerOrderFinal = false,
                EulerAtFinal = true,
                LambdaMinClipped = -5.1,
                FinalSigmasType = FinalSigmasType.SigmaMin,
                UseKarrasSigmas = true,
            },
            config);
    }

    [Fact]
    public void Read_LcmsFile_KeepsEveryValueAndHasItsClasssNoise()
    {
        var config = Read("""
            { "_class_name": "LCMScheduler", "original_inference_steps": 100, "timestep_scaling": 0.5, "skip_prk_steps": false }
            """);

        Assert.Equal(
            new SchedulerConfig
            {
                ClassName = "LCMScheduler",
                BetaStart = 0.00085,
                BetaEnd = 0.012,
                BetaSchedule = BetaSchedule.ScaledLinear,
                OriginalInferenceSteps = 100,
                TimestepScaling = 0.5,
                SkipPrkSteps = false,
            },
            config);
    }

    private SchedulerConfig Read(string json)
    {
        File.WriteAllText(_path, json);
        return SchedulerConfig.Read(_path);
    }
}
