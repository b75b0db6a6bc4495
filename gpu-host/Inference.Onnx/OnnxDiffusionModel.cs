using System.Numerics.Tensors;
using Aigc.Inference.Batching;
using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx.Devices;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Onnx;

/// <summary>A model folder's networks on ONNX Runtime.</summary>
public sealed class OnnxDiffusionModel : IDiffusionModel
{
    private readonly float _scalingFactor;
    private readonly OnnxGraph _textEncoder;
    private readonly OnnxGraph _unet;
    private readonly DenoiserPlacement _placement;
    private readonly StepArithmetic _arithmetic;
    private readonly RowConditioning[] _conditionings;
    private readonly Task<PictureGraph> _decoder;
    private readonly Task<PictureGraph>? _enhancer;

    private OnnxDiffusionModel(ModelFolder folder, OnnxGraph textEncoder, OnnxGraph unet, OnnxRuntimeOptions options)
    {
        var tokens = textEncoder.Input("input_ids").Dimensions;
        var embedding = textEncoder.Output("last_hidden_state").Dimensions;
        var sample = unet.Input("sample").Dimensions;
        if (tokens.Length != 2 || embedding.Length != 3 || embedding[2] < 1)
            throw textEncoder.Unfit("does not turn [batch, tokens] into [batch, tokens, width]");
        if (sample.Length != 4 || sample[1] < 1)
            throw unet.Unfit("does not take a sample of [batch, channels, height, width]");
        Description = new ModelDescription(
            folder.Name,
            tokens[1] > 0 ? tokens[1] : ClipTokenizer.DefaultLength,
            embedding[2],
            sample[1],
            ModelFolder.LatentFactor,
            folder.PictureSize,
            folder.EnhanceFactor);
        _scalingFactor = folder.ScalingFactor;
        _textEncoder = textEncoder;
        _unet = unet;
        _placement = options.Denoiser;
        _arithmetic = new StepArithmetic(unet.Device);
        _conditionings = [RowConditioning.Text(unet, Description)];
        // Wanted only once a picture is denoised: until then they load beside it.
        _decoder = Task.Run(() => new PictureGraph(OnnxGraph.Load(folder.VaeDecoder, options), "latent_sample", ModelFolder.LatentFactor));
        _enhancer = folder.Enhance is { } enhance
            ? Task.Run(() => new PictureGraph(OnnxGraph.Load(enhance, options), "sample", folder.EnhanceFactor))
            : null;
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <summary>What it runs on.</summary>
    public ExecutionDevice Device => _unet.Device.InUse;

    /// <summary>Loads a model: returns once the text encoder and the denoiser are there, while the rest loads.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="options">How to run it.</param>
    /// <exception cref="InferenceException">
    /// <see cref="InferenceFault.BadModel"/>: a graph cannot be loaded, or is not of the kind expected.
    /// <see cref="InferenceFault.DeviceUnavailable"/>: the execution provider asked for cannot start.
    /// </exception>
    public static OnnxDiffusionModel Load(ModelFolder folder, OnnxRuntimeOptions options)
    {
        DeviceSelector.Start(options);
        var loading = Task.Run(() => OnnxGraph.Load(folder.UNet, options, GraphUse.Denoiser));
        OnnxGraph? textEncoder = null;
        try
        {
            textEncoder = OnnxGraph.Load(folder.TextEncoder, options);
            return new OnnxDiffusionModel(folder, textEncoder, loading.GetAwaiter().GetResult(), options);
        }
        catch
        {
            textEncoder?.Dispose();
            DisposeLoaded(loading);
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<float[]> EncodeText(IReadOnlyList<ReadOnlyMemory<int>> prompts, CancellationToken cancellationToken)
    {
        var (tokens, width) = (Description.TokenCount, Description.EmbeddingWidth);
        var (idPort, embeddingPort) = (_textEncoder.Input("input_ids"), _textEncoder.Output("last_hidden_state"));
        var ids = _textEncoder.CreateBuffer(idPort, prompts.Count * tokens);
        var embeddings = _textEncoder.CreateBuffer(embeddingPort, prompts.Count * tokens * width);
        for (var i = 0; i < prompts.Count; i++)
        {
            // Every id is exact in float32, whose integers reach 2^24.
            for (var t = 0; t < tokens; t++)
                ids.Values[i * tokens + t] = prompts[i].Span[t];
        }

        ids.Upload(0, prompts.Count * tokens);
        using var input = ids.View(0, prompts.Count, tokens);
        using var output = embeddings.View(0, prompts.Count, tokens, width);
        using var binding = _textEncoder.CreateBinding();
        binding.BindInput(idPort.Name, input);
        binding.BindOutput(embeddingPort.Name, output);
        _textEncoder.Run(binding, cancellationToken);
        embeddings.Download(0, prompts.Count * tokens * width);
        return [.. Enumerable.Range(0, prompts.Count).Select(i => embeddings.Values.Slice(i * tokens * width, tokens * width).ToArray())];
    }

    /// <inheritdoc/>
    /// <remarks>Jobs stay on the device between steps, or in the host's memory, as the options have it.</remarks>
    public IDenoiser CreateDenoiser(LatentShape shape, int capacity) => CreateDenoiser(shape, capacity, _placement, pads: false);

    /// <inheritdoc/>
    public float[] Encode(Picture picture, CancellationToken cancellationToken) =>
        throw new InferenceException(InferenceFault.BadRequest, $"model '{Description.Name}' has no encoder: leave the input picture out");

    /// <inheritdoc/>
    public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken)
    {
        var run = _decoder.GetAwaiter().GetResult().Rent(shape.Channels, shape.Height, shape.Width);
        TensorPrimitives.Divide(latent, _scalingFactor, run.Input);
        return run.Draw(cancellationToken);
    }

    /// <inheritdoc/>
    public Picture Enhance(Picture picture, CancellationToken cancellationToken)
    {
        if (_enhancer is null)
            throw new InferenceException(InferenceFault.BadRequest, $"model '{Description.Name}' has no enhancer: leave enhance off");
        var run = _enhancer.GetAwaiter().GetResult().Rent(3, picture.Height, picture.Width);
        PictureConverter.ToPlanarFloat(picture, run.Input, -1, 1);
        return run.Draw(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _textEncoder.Dispose();
        _arithmetic.Dispose();
        _unet.Dispose();
        DisposeLoaded(_decoder);
        if (_enhancer is not null)
            DisposeLoaded(_enhancer);
    }

    internal IDenoiser CreateDenoiser(LatentShape shape, int capacity, DenoiserPlacement placement, bool pads)
    {
        HostDenoiser Host() => new(CreateBatch(shape, capacity));
        return placement == DenoiserPlacement.Device || (placement == DenoiserPlacement.Auto && !Device.IsHost)
            ? new DeviceDenoiser(_unet, _arithmetic, _conditionings, shape, capacity, Host, pads)
            : Host();
    }

    internal IDenoiseBatch CreateBatch(LatentShape shape, int capacity) => new OnnxDenoiseBatch(_unet, Description, shape, capacity);

    // Waits: a graph that is still loading when the process ends would be torn down under the runtime's feet.
    private static void DisposeLoaded<T>(Task<T> loading)
        where T : class, IDisposable
    {
        ((IAsyncResult)loading).AsyncWaitHandle.WaitOne();
        if (loading.IsCompletedSuccessfully)
            loading.Result.Dispose();
    }
}
