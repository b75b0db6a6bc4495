using System.Security.Cryptography;
using System.Text;
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
    private const int StableDiffusionChannels = 4;
    private const int MaxPrompts = 24;
    private const float StableDiffusionScalingFactor = 0.18215f;

    private static readonly string[] _graphParts = ["text_encoder", "text_encoder_2", "unet", "vae_decoder", "vae_encoder", "enhance"];
    private static readonly string[] _parts = ["tokenizer", "tokenizer_2", "scheduler", .. _graphParts];

    private ModelFolder(string path)
    {
        FullPath = path;
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        Scheduler = SchedulerConfig.Read(Path.Combine(path, "scheduler", "scheduler_config.json"));
        Schedules = new ScheduleCache(Scheduler);
        TextEncoders = [.. TextEncoderNames(path).Select(names => ReadTextEncoder(path, names.Encoder, names.Tokenizer))];
        var index = Path.Combine(path, "model_index.json");
        ForceZerosForEmptyPrompt = ModelConfig.Flag(index, "force_zeros_for_empty_prompt") ?? TextEncoders.Count > 1;
        DefaultSteps = (int?)ModelConfig.Number(index, "_aigc", "num_inference_steps") ?? 20;
        DefaultGuidance = (float?)ModelConfig.Number(index, "_aigc", "guidance_scale") ?? 7.5f;
        var prompts = ModelConfig.Texts(index, "_aigc", "prompts") ?? [];
        Prompts = [.. prompts.Where(static text => !string.IsNullOrWhiteSpace(text)).Take(MaxPrompts)];
        ScalingFactor = (float?)ModelConfig.Number(Path.Combine(path, "vae_decoder", "config.json"), "scaling_factor")
            ?? StableDiffusionScalingFactor;
        SampleSize = (int?)ModelConfig.Number(Path.Combine(path, "unet", "config.json"), "sample_size");
        LatentChannels = (int?)ModelConfig.Number(Path.Combine(path, "unet", "config.json"), "in_channels") ?? StableDiffusionChannels;
        EnhanceFactor = ReadEnhanceFactor(path);
    }

    /// <summary>The folder.</summary>
    public string FullPath { get; }

    /// <summary>The folder's own name, for people.</summary>
    public string Name { get; }

    /// <summary>What <c>scheduler/scheduler_config.json</c> says.</summary>
    public SchedulerConfig Scheduler { get; }

    /// <summary>Schedules of <see cref="Scheduler"/>.</summary>
    public ScheduleCache Schedules { get; }

    /// <summary>What latents are divided by before they are decoded: <c>scaling_factor</c> of <c>vae_decoder/config.json</c>.</summary>
    /// <value>Where the file does not say, Stable Diffusion's 0.18215.</value>
    public float ScalingFactor { get; }

    /// <summary>
    /// The side of the latents that the denoiser was trained on: <c>sample_size</c> of <c>unet/config.json</c>; null where it does not say.
    /// </summary>
    public int? SampleSize { get; }

    /// <summary>Channels of a latent: <c>in_channels</c> of <c>unet/config.json</c>.</summary>
    /// <value>Where the file does not say, Stable Diffusion's 4.</value>
    public int LatentChannels { get; }

    /// <summary>Denoising steps that suit the model: <c>num_inference_steps</c> under <c>_aigc</c> of <c>model_index.json</c>.</summary>
    /// <value>Where the file does not say, 20.</value>
    public int DefaultSteps { get; }

    /// <summary>A guidance scale that suits the model: <c>guidance_scale</c> under <c>_aigc</c> of <c>model_index.json</c>.</summary>
    /// <value>Where the file does not say, 7.5, as diffusers has it.</value>
    public float DefaultGuidance { get; }

    /// <summary>
    /// Prompts that the model draws well, to be suggested to people: <c>prompts</c> under <c>_aigc</c> of <c>model_index.json</c>, 24 at
    /// most. They decide no picture and are no part of the digest.
    /// </summary>
    /// <value>Where the file does not say, none.</value>
    public IReadOnlyList<string> Prompts { get; }

    /// <summary>The side of the pictures that the model was trained on, in pixels; Stable Diffusion's 512 where no file says.</summary>
    public int PictureSize => (SampleSize ?? StableDiffusionSampleSize) * LatentFactor;

    /// <summary>The text encoders, each with its tokenizer: one, or two as SDXL has them.</summary>
    public IReadOnlyList<TextEncoderPart> TextEncoders { get; }

    /// <summary>
    /// Whether an empty prompt embeds as zeros, and not as what the text encoders make of it: <c>force_zeros_for_empty_prompt</c> of
    /// <c>model_index.json</c>.
    /// </summary>
    /// <value>Where the file does not say, true of a model with two text encoders, as diffusers has it.</value>
    public bool ForceZerosForEmptyPrompt { get; }

    /// <summary>The denoiser's graph.</summary>
    public string UNet => Path.Combine(FullPath, "unet", Graph);

    /// <summary>The graph from latents to pictures.</summary>
    public string VaeDecoder => Path.Combine(FullPath, "vae_decoder", Graph);

    /// <summary>The graph from pictures to latents, or null where the model has none.</summary>
    public string? VaeEncoder => OptionalGraph("vae_encoder");

    /// <summary>The super-resolution graph, or null where the model has none.</summary>
    public string? Enhance => OptionalGraph("enhance");

    /// <summary>
    /// How many times wider and higher the enhancer makes a picture: <c>upscale</c> of <c>enhance/config.json</c>; 0 where there is none.
    /// </summary>
    public int EnhanceFactor { get; }

    /// <summary>Reads a model folder's configuration; the graphs are opened later.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the folder or a part of it is missing or
    /// damaged.</exception>
    public static ModelFolder Open(string path)
    {
        path = Path.GetFullPath(path);
        if (!Directory.Exists(path))
            throw Bad($"model folder '{path}' does not exist: name the folder that holds model_index.json");
        string[] needed =
        [
            "model_index.json", "scheduler/scheduler_config.json", $"unet/{Graph}", $"vae_decoder/{Graph}",
            .. TextEncoderNames(path).SelectMany(names =>
                new[] { $"{names.Encoder}/{Graph}", $"{names.Tokenizer}/vocab.json", $"{names.Tokenizer}/merges.txt" }),
        ];
        if (needed.Where(file => !File.Exists(Path.Combine(path, file))).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } missing)
        {
            throw Bad(
                $"model folder '{path}' lacks {string.Join(", ", missing)}: export the model again, or name a folder in the layout of "
                + "diffusers");
        }

        return new ModelFolder(path);
    }

    /// <summary>SHA-256 over the name and bytes of every file that decides a picture, lower-case hex. Reads the whole model.</summary>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: a file cannot be read.</exception>
    public string ComputeDigest()
    {
        try
        {
            return HashFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>
    /// Bytes of the graphs and of the weight files beside them: about what the loaded model takes before it runs, for a memory budget.
    /// Other graphs in the same folders are left out.
    /// </summary>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the folder cannot be read any more.</exception>
    public long MeasureGraphs()
    {
        try
        {
            return _graphParts
                .Select(part => new DirectoryInfo(Path.Combine(FullPath, part))).Where(part => part.Exists)
                .SelectMany(part => part.EnumerateFiles())
                .Where(file => file.Name == Graph || file.Extension is not (".onnx" or ".json"))
                .Sum(file => file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    private string HashFiles()
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

    private static (string Encoder, string Tokenizer)[] TextEncoderNames(string path) =>
        Directory.Exists(Path.Combine(path, "text_encoder_2"))
            ? [("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2")]
            : [("text_encoder", "tokenizer")];

    private static TextEncoderPart ReadTextEncoder(string path, string encoder, string tokenizer)
    {
        var config = Path.Combine(path, encoder, "config.json");
        return new TextEncoderPart(
            Path.Combine(path, encoder, Graph), Path.Combine(path, tokenizer), (int?)ModelConfig.Number(config, "num_hidden_layers"));
    }

    private string? OptionalGraph(string part) =>
        Path.Combine(FullPath, part, Graph) is var path && File.Exists(path) ? path : null;

    private static int ReadEnhanceFactor(string path)
    {
        if (!File.Exists(Path.Combine(path, "enhance", Graph)))
            return 0;
        var config = Path.Combine(path, "enhance", "config.json");
        return ModelConfig.Number(config, "upscale") is >= 1 and <= 16 and var factor
            ? (int)factor
            : throw Bad($"'{config}' does not say by how much the enhancer grows a picture: add \"upscale\", from 1 to 16");
    }

    private InferenceException Unreadable(Exception cause) => Bad($"model folder '{FullPath}' cannot be read ({cause.Message}): mount it again", cause);

    private static InferenceException Bad(string message, Exception? cause = null) =>
        new(InferenceFault.BadModel, message, innerException: cause);
}
