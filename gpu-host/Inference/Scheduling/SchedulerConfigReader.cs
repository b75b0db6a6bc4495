using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using Aigc.Inference.Faults;

namespace Aigc.Inference.Scheduling;

/// <summary>Reads <c>scheduler_config.json</c>: every key is honoured, known to be of no concern here, or refused.</summary>
internal static partial class SchedulerConfigReader
{
    private const string MinusInfinity = "-Infinity";

    private delegate SchedulerConfig Setter(SchedulerConfig config, JsonElement value);

    private static readonly FrozenDictionary<string, Setter> _keys = new Dictionary<string, Setter>
    {
        ["_class_name"] = (config, value) => config with { ClassName = value.GetString() },
        ["num_train_timesteps"] = (config, value) => config with { NumTrainTimesteps = value.GetInt32() },
        ["beta_start"] = (config, value) => config with { BetaStart = value.GetDouble() },
        ["beta_end"] = (config, value) => config with { BetaEnd = value.GetDouble() },
        ["beta_schedule"] = (config, value) => config with { BetaSchedule = Choice<BetaSchedule>(value) },
        ["trained_betas"] = (config, value) => config with { TrainedBetas = [.. value.EnumerateArray().Select(beta => beta.GetDouble())] },
        ["rescale_betas_zero_snr"] = (config, value) => config with { RescaleBetasZeroSnr = value.GetBoolean() },
        ["prediction_type"] = (config, value) => config with { PredictionType = Choice<PredictionType>(value) },
        ["timestep_spacing"] = (config, value) => config with { TimestepSpacing = Choice<TimestepSpacing>(value) },
        ["steps_offset"] = (config, value) => config with { StepsOffset = value.GetInt32() },
        ["set_alpha_to_one"] = (config, value) => config with { SetAlphaToOne = value.GetBoolean() },
        ["clip_sample"] = (config, value) => config with { ClipSample = value.GetBoolean() },
        ["clip_sample_range"] = (config, value) => config with { ClipSampleRange = value.GetDouble() },
        ["skip_prk_steps"] = (config, value) => config with { SkipPrkSteps = value.GetBoolean() },
        ["use_karras_sigmas"] = (config, value) => config with { UseKarrasSigmas = value.GetBoolean() },
        ["sigma_min"] = (config, value) => config with { SigmaMin = value.GetDouble() },
        ["sigma_max"] = (config, value) => config with { SigmaMax = value.GetDouble() },
        ["final_sigmas_type"] = (config, value) => config with { FinalSigmasType = Choice<FinalSigmasType>(value) },

        ["solver_order"] = (config, value) => config with { SolverOrder = Done(value.GetInt32(), [1, 2], [3]) },
        ["solver_type"] = (config, value) => config with { SolverType = ReadSolverType(value) },
        ["lower_order_final"] = (config, value) => config with { LowerOrderFinal = value.GetBoolean() },
        ["euler_at_final"] = (config, value) => config with { EulerAtFinal = value.GetBoolean() },
        ["lambda_min_clipped"] = (config, value) => config with { LambdaMinClipped = ReadLambda(value) },
        ["original_inference_steps"] = (config, value) => config with { OriginalInferenceSteps = value.GetInt32() },
        ["timestep_scaling"] = (config, value) => config with { TimestepScaling = value.GetDouble() },

        // Of these there is nothing to keep. deis is a scheduler whose files diffusers' DPM-Solver takes for its own.
        ["algorithm_type"] = (config, value) =>
        {
            Done(value.GetString(), ["dpmsolver++", "deis"], ["dpmsolver", "sde-dpmsolver", "sde-dpmsolver++"]);
            return config;
        },
        ["variance_type"] = (config, value) =>
        {
            Done(value.GetString(), ["fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log"], ["learned", "learned_range"]);
            return config;
        },

        // Known, but not done here: only the value that leaves them out is taken.
        ["thresholding"] = Only("false"),
        ["use_exponential_sigmas"] = Only("false"),
        ["use_beta_sigmas"] = Only("false"),
        ["use_lu_lambdas"] = Only("false"),
        ["use_flow_sigmas"] = Only("false"),
        ["use_dynamic_shifting"] = Only("false"),
        ["interpolation_type"] = Only("linear"),
        ["timestep_type"] = Only("discrete"),
    }.ToFrozenDictionary();

    // Keys of schedulers of diffusers that are not here.
    private static readonly FrozenSet<string> _passedOver = FrozenSet.ToFrozenSet(
    [
        "disable_corrector", "dynamic_thresholding_ratio", "flow_shift", "predict_x0", "rho", "sample_max_value", "shift_terminal",
        "sigma_data", "sigma_schedule", "solver_p", "time_shift_type",
    ]);

    // What Python writes for minus infinity, which JSON has not.
    [GeneratedRegex(@"(?<=:\s*)-Infinity(?=\s*[,}])")]
    private static partial Regex BareInfinity { get; }

    public static SchedulerConfig Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(BareInfinity.Replace(File.ReadAllText(path), $"\"{MinusInfinity}\""));
            var config = document.RootElement.EnumerateObject().Aggregate(Defaults(document.RootElement), Set);
            Check(config);
            return config;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Bad($"{path} cannot be read; put scheduler_config.json into the model's scheduler folder", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw Bad($"{path} is not a JSON object ({exception.Message}); copy it again", exception);
        }
        catch (SchedulerConfigFault fault)
        {
            throw Bad($"{path}: {fault.Message}", fault.InnerException);
        }
    }

    // The noise of a training is the model's, so what a file leaves out of it is as the class that it was written for has it.
    private static SchedulerConfig Defaults(JsonElement root) =>
        root.TryGetProperty("_class_name", out var name) && name.ValueKind == JsonValueKind.String && name.ValueEquals("LCMScheduler")
            ? new SchedulerConfig { BetaStart = 0.00085, BetaEnd = 0.012, BetaSchedule = BetaSchedule.ScaledLinear }
            : new SchedulerConfig();

    private static SchedulerConfig Set(SchedulerConfig config, JsonProperty property)
    {
        var (key, value) = (property.Name, property.Value);
        if (!_keys.TryGetValue(key, out var set))
        {
            if (key.StartsWith('_') || _passedOver.Contains(key)) return config;
            var known = string.Join(", ", _keys.Keys.Order());
            throw new SchedulerConfigFault($"key '{key}' is unknown; correct it, or take it out. Known: {known}");
        }

        // None is Python for "not given".
        if (value.ValueKind == JsonValueKind.Null) return config;
        try
        {
            return set(config, value);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            throw new SchedulerConfigFault($"{key} cannot be {value.GetRawText()}; give what diffusers writes there", exception);
        }
        catch (SchedulerConfigFault fault)
        {
            throw new SchedulerConfigFault($"{key} {fault.Message}");
        }
    }

    private static void Check(SchedulerConfig config)
    {
        if (config.NumTrainTimesteps < 1) throw new SchedulerConfigFault($"num_train_timesteps {config.NumTrainTimesteps} is below 1");
        if (config.StepsOffset < 0) throw new SchedulerConfigFault($"steps_offset {config.StepsOffset} is below 0");
        if (config.OriginalInferenceSteps < 1)
            throw new SchedulerConfigFault($"original_inference_steps {config.OriginalInferenceSteps} is below 1");
        if (config.TimestepScaling <= 0) throw new SchedulerConfigFault($"timestep_scaling {config.TimestepScaling} is not above 0");
        if (config.TrainedBetas.Length is var count && count != 0 && count != config.NumTrainTimesteps)
            throw new SchedulerConfigFault($"trained_betas has {count} values; num_train_timesteps asks for {config.NumTrainTimesteps}");
    }

    // diffusers takes what other schedulers' files have there for the midpoint.
    private static SolverType ReadSolverType(JsonElement value) =>
        Done(value.GetString(), ["midpoint", "heun", "logrho", "bh1", "bh2"], []) == "heun" ? SolverType.Heun : SolverType.Midpoint;

    private static double ReadLambda(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals(MinusInfinity) ? double.NegativeInfinity : value.GetDouble();

    private static T Done<T>(T value, T[] done, T[] known)
    {
        if (done.Contains(value)) return value;
        var fault = known.Contains(value) ? "not done here; done" : "unknown; known";
        throw new SchedulerConfigFault($"'{value}' is {fault}: {string.Join(", ", done)}");
    }

    private static T Choice<T>(JsonElement value)
        where T : struct, Enum
    {
        var text = value.GetString();
        foreach (var choice in Enum.GetValues<T>())
        {
            if (Name(choice) == text) return choice;
        }

        throw new SchedulerConfigFault($"'{text}' is unknown; known: {string.Join(", ", Enum.GetValues<T>().Select(Name))}");
    }

    // SquaredcosCapV2 -> squaredcos_cap_v2
    private static string Name<T>(T choice)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(choice.ToString());

    private static Setter Only(string known) => (config, value) =>
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
        return text == known ? config : throw new SchedulerConfigFault($"'{text}' is unknown; known: {known}");
    };

    private static InferenceException Bad(string message, Exception? cause) => new(InferenceFault.BadModel, message, innerException: cause);
}
