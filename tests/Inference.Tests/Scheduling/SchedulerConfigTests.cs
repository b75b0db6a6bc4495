using Aigc.Inference.Faults;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

public sealed class SchedulerConfigTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Read_StableDiffusionsFile_KeepsEveryValue()
    {
        var config = Read("""
            {
              "_class_name": "PNDMScheduler",
              "_diffusers_version": "0.6.0",
              "beta_end": 0.012,
              "beta_schedule": "scaled_linear",
              "beta_start": 0.00085,
              "clip_sample": false,
              "num_train_timesteps": 1000,
              "set_alpha_to_one": false,
              "skip_prk_steps": true,
              "steps_offset": 1,
              "trained_betas": null
            }
            """);

        Assert.Equal(
            new SchedulerConfig
            {
                ClassName = "PNDMScheduler",
                BetaStart = 0.00085,
                BetaEnd = 0.012,
                BetaSchedule = BetaSchedule.ScaledLinear,
                ClipSample = false,
                SetAlphaToOne = false,
                StepsOffset = 1,
            },
            config);
    }

    [Fact]
    public void Read_TurbosFile_KeepsEveryValue()
    {
        var config = Read("""
            {
              "_class_name": "EulerDiscreteScheduler",
              "final_sigmas_type": "sigma_min",
              "interpolation_type": "linear",
              "prediction_type": "v_prediction",
              "rescale_betas_zero_snr": true,
              "sample_max_value": 1.0,
              "sigma_max": 10,
              "sigma_min": null,
              "timestep_spacing": "trailing",
              "timestep_type": "discrete",
              "use_karras_sigmas": true,
              "use_beta_sigmas": false,
              "thresholding": false
            }
            """);

        Assert.Equal(FinalSigmasType.SigmaMin, config.FinalSigmasType);
        Assert.Equal(PredictionType.VPrediction, config.PredictionType);
        Assert.Equal(TimestepSpacing.Trailing, config.TimestepSpacing);
        Assert.True(config.RescaleBetasZeroSnr);
        Assert.True(config.UseKarrasSigmas);
        Assert.Equal(10, config.SigmaMax);
        Assert.Null(config.SigmaMin);
    }

    [Theory]
    [InlineData("""{ "beta_schedule": "sigmoid" }""", "beta_schedule 'sigmoid' is unknown; known: linear, scaled_linear, squaredcos_cap_v2")]
    [InlineData("""{ "prediction_type": "flow_prediction" }""", "prediction_type 'flow_prediction' is unknown; known: epsilon, v_prediction, sample")]
    [InlineData("""{ "timestep_spacing": "even" }""", "timestep_spacing 'even' is unknown; known: leading, trailing, linspace")]
    [InlineData("""{ "thresholding": true }""", "thresholding 'true' is unknown; known: false")]
    [InlineData("""{ "timestep_type": "continuous" }""", "timestep_type 'continuous' is unknown; known: discrete")]
    [InlineData("""{ "beta_startt": 0.1 }""", "key 'beta_startt' is unknown")]
    [InlineData("""{ "beta_start": "0.1" }""", "beta_start cannot be \"0.1\"")]
    [InlineData("""{ "steps_offset": 1.5 }""", "steps_offset cannot be 1.5")]
    [InlineData("""{ "steps_offset": -1 }""", "steps_offset -1 is below 0")]
    [InlineData("""{ "num_train_timesteps": 0 }""", "num_train_timesteps 0 is below 1")]
    [InlineData("""{ "num_train_timesteps": 3, "trained_betas": [0.1, 0.2] }""", "trained_betas has 2 values; num_train_timesteps asks for 3")]
    [InlineData("""{ "_class_name": 5 }""", "_class_name cannot be 5")]
    [InlineData("""{ "algorithm_type": "dpmsolver+++" }""", "algorithm_type 'dpmsolver+++' is unknown; known: dpmsolver++, deis")]
    [InlineData("""{ "algorithm_type": "sde-dpmsolver++" }""", "algorithm_type 'sde-dpmsolver++' is not done here; done: dpmsolver++, deis")]
    [InlineData("""{ "solver_order": 3 }""", "solver_order '3' is not done here; done: 1, 2")]
    [InlineData("""{ "solver_order": 4 }""", "solver_order '4' is unknown; known: 1, 2")]
    [InlineData("""{ "solver_type": "bh3" }""", "solver_type 'bh3' is unknown; known: midpoint, heun")]
    [InlineData("""{ "variance_type": "learned_range" }""", "variance_type 'learned_range' is not done here; done: fixed_small")]
    [InlineData("""{ "final_sigmas_type": "one" }""", "final_sigmas_type 'one' is unknown; known: zero, sigma_min")]
    [InlineData("""{ "skip_prk_steps": 1 }""", "skip_prk_steps cannot be 1")]
    [InlineData("""{ "lower_order_final": "yes" }""", "lower_order_final cannot be \"yes\"")]
    [InlineData("""{ "lambda_min_clipped": "low" }""", "lambda_min_clipped cannot be \"low\"")]
    [InlineData("""{ "beta_start": -Infinity }""", "beta_start cannot be \"-Infinity\"")]
    [InlineData("""{ "original_inference_steps": 0 }""", "original_inference_steps 0 is below 1")]
    [InlineData("""{ "timestep_scaling": 0 }""", "timestep_scaling 0 is not above 0")]
    [InlineData("[1]", "is not a JSON object")]
    [InlineData("{", "is not a JSON object")]
    public void Read_WrongFile_NamesTheFileAndTheFault(string json, string expected)
    {
        var fault = Assert.Throws<InferenceException>(() => Read(json));

        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.StartsWith(_path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_NamesIt()
    {
        var fault = Assert.Throws<InferenceException>(() => SchedulerConfig.Read(_path + ".none"));

        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(_path, fault.Message, StringComparison.Ordinal);
    }

    private SchedulerConfig Read(string json)
    {
        File.WriteAllText(_path, json);
        return SchedulerConfig.Read(_path);
    }
}
