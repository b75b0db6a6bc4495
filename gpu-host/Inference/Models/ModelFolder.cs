using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aigc.Inference.Faults;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Models;

/// <summary>
/// A model as diffusers and optimum export it: a folder with <c>model_index.json</c>, a tokenizer, a scheduler
/// configuration and a graph for each network, beside each its external data files where it has them.
/// </summary>
public sealed class ModelFolder
{
    /// <summary>How many pixels a side one latent cell stands for, in every model of this layout.</summary>
    public const int LatentFactor = 8;

    /// <summary>The file that makes a folder a model.</summary>
    internal const string Index = "model_index.json";

    private const string Graph = "model.onnx";
    private const int StableDiffusionSampleSize = 64;
    private const float StableDiffusionScalingFactor = 0.18215f;

    private static readonly string[] _parts = ["tokenizer", "scheduler", "text_encoder", "unet", "vae_decoder", "vae_encoder", "enhance"];

    private ModelFolder(string path, SchedulerConfig scheduler, float scalingFactor, int? sampleSize, int enhanceFactor, int defaultSteps, float defaultGuidance)
    {
        FullPath = path;
        Scheduler = scheduler;
        Schedules = new ScheduleCache(scheduler);
        ScalingFactor = scalingFactor;
        SampleSize = sampleSize;
        EnhanceFactor = enhanceFactor;
        DefaultSteps = defaultSteps;
        DefaultGuidance = defaultGuidance;
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>The folder's own name, for people.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(FullPath));

    /// <summary>What <c>scheduler/scheduler_config.json</c> says.</summary>
    public SchedulerConfig Scheduler { get; }

    /// <summary>Schedules of <see cref="Scheduler"/>.</summary>
    public ScheduleCache Schedules { get; }

    /// <summary>What latents are divided by before they are decoded: <c>scaling_factor</c> of <c>vae_decoder/config.json</c>.</summary>
    /// <value>Where the file does not say, Stable Diffusion's 0.18215.</value>
    public float ScalingFactor { get; }

    /// <summary>The side of the latents that the denoiser was trained on: <c>sample_size</c> of <c>unet/config.json</c>; null where it does not say.</summary>
    public int? SampleSize { get; }

    /// <summary>Denoising steps that suit the model: <c>num_inference_steps</c> under <c>_aigc</c> of <c>model_index.json</c>.</summary>
    /// <value>Where the file does not say, 20.</value>
    public int DefaultSteps { get; }

    /// <summary>A guidance scale that suits the model: <c>guidance_scale</c> under <c>_aigc</c> of <c>model_index.json</c>.</summary>
    /// <value>Where the file does not say, 7.5, as diffusers has it.</value>
    public float DefaultGuidance { get; }

    /// <summary>The side of the pictures that the model was trained on, in pixels; Stable Diffusion's 512 where no file says.</summary>
    public int PictureSize => (SampleSize ?? StableDiffusionSampleSize) * LatentFactor;

    /// <summary>The folder of <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    public string Tokenizer => Path.Combine(FullPath, "tokenizer");

    /// <summary>The text encoder's graph.</summary>
    public string TextEncoder => Path.Combine(FullPath, "text_encoder", Graph);

    /// <summary>The denoiser's graph.</summary>
    public string UNet => Path.Combine(FullPath, "unet", Graph);

    /// <summary>The graph from latents to pictures.</summary>
    public string VaeDecoder => Path.Combine(FullPath, "vae_decoder", Graph);

    /// <summary>The graph from pictures to latents, or null where the model has none.</summary>
    public string? VaeEncoder => Path.Combine(FullPath, "vae_encoder", Graph) is var path && File.Exists(path) ? path : null;

    /// <summary>The super-resolution graph, or null where the model has none.</summary>
    public string? Enhance => EnhanceFactor > 0 ? Path.Combine(FullPath, "enhance", Graph) : null;

    /// <summary>How many times wider and higher the enhancer makes a picture: <c>upscale</c> of <c>enhance/config.json</c>; 0 where there is none.</summary>
    public int EnhanceFactor { get; }

    /// <summary>Reads a model folder's configuration; the graphs are opened later.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the folder or a part of it is missing or damaged.</exception>
    public static ModelFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        if (!Directory.Exists(path))
            throw Bad($"model folder '{path}' does not exist: name the folder that holds model_index.json");
        string[] needed =
        [
            "model_index.json", "tokenizer/vocab.json", "tokenizer/merges.txt", "scheduler/scheduler_config.json",
            $"text_encoder/{Graph}", $"unet/{Graph}", $"vae_decoder/{Graph}",
        ];
        if (needed.Where(file => !File.Exists(Path.Combine(path, file))).ToArray() is { Length: > 0 } missing)
            throw Bad($"model folder '{path}' lacks {string.Join(", ", missing)}: export the model again, or name a folder in the layout of diffusers");

        return new ModelFolder(
            path,
            SchedulerConfig.Read(Path.Combine(path, "scheduler", "scheduler_config.json")),
            (float?)Number(Path.Combine(path, "vae_decoder", "config.json"), "scaling_factor") ?? StableDiffusionScalingFactor,
            (int?)Number(Path.Combine(path, "unet", "config.json"), "sample_size"),
            ReadEnhanceFactor(path),
            (int?)Number(Path.Combine(path, "model_index.json"), "_aigc", "num_inference_steps") ?? 20,
            (float?)Number(Path.Combine(path, "model_index.json"), "_aigc", "guidance_scale") ?? 7.5f);
    }

    /// <summary>SHA-256 over the name and bytes of every file that decides a picture, lower-case hex. Reads the whole model.</summary>
    public string ComputeDigest()
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in _parts
            .Select(part => Path.Combine(FullPath, part)).Where(Directory.Exists)
            .SelectMany(part => Directory.EnumerateFiles(part, "*", SearchOption.AllDirectories))
            .Select(file => (Name: Path.GetRelativePath(FullPath, file).Replace('\\', '/'), Path: file))
            .OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file.Path);
            all.AppendData(Encoding.UTF8.GetBytes(file.Name + "\n"));
            all.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static int ReadEnhanceFactor(string path)
    {
        if (!File.Exists(Path.Combine(path, "enhance", Graph)))
            return 0;
        var config = Path.Combine(path, "enhance", "config.json");
        return Number(config, "upscale") is >= 1 and <= 16 and var factor
            ? (int)factor
            : throw Bad($"'{config}' does not say by how much the enhancer grows a picture: add \"upscale\", from 1 to 16");
    }

    private static double? Number(string path, params ReadOnlySpan<string> keys)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var value = json.RootElement;
            foreach (var key in keys)
            {
                if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(key, out value))
                    return null;
            }

            return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
        }
        catch (JsonException e)
        {
            throw Bad($"'{path}' is no JSON: export the model again", e);
        }
    }

    private static InferenceException Bad(string message, Exception? cause = null) =>
        new(InferenceFault.BadModel, message, innerException: cause);
}
