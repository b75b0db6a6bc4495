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
    private const int PictureChannels = 3;

    private readonly float _scalingFactor;
    private readonly IReadOnlyList<TextEncoderGraph> _textEncoders;
    private readonly OnnxGraph _unet;
    private readonly UNetSignature _signature;
    private readonly DenoiserPlacement _placement;
    private readonly StepArithmetic _arithmetic;
    private readonly LoadedPart<PictureGraph> _decoder;
    private readonly LoadedPart<PictureGraph>? _enhancer;
    private readonly LoadedPart<LatentEncoder>? _encoder;

    private OnnxDiffusionModel(ModelFolder folder, IReadOnlyList<TextEncoderGraph> textEncoders, OnnxGraph unet, OnnxRuntimeOptions options)
    {
        _signature = new UNetSignature(unet);
        Description = ModelSignature.Describe(folder, textEncoders, unet, _signature);
        MemoryBytes = folder.MeasureGraphs();
        _scalingFactor = folder.ScalingFactor;
        _textEncoders = textEncoders;
        _unet = unet;
        _placement = options.Denoiser;
        _arithmetic = new StepArithmetic(unet.Device);
        _decoder = new LoadedPart<PictureGraph>(() => new PictureGraph(
            OnnxGraph.Load(folder.VaeDecoder, options), "latent_sample", PictureChannels, grows: ModelFolder.LatentFactor));
        _enhancer = folder.Enhance is { } enhance
            ? new(() => new PictureGraph(OnnxGraph.Load(enhance, options), "sample", PictureChannels, grows: folder.EnhanceFactor))
            : null;
        // Few requests bring a picture, so it takes no memory before one does.
        _encoder = folder.VaeEncoder is { } encoder
            ? new(() => LatentEncoder.Load(encoder, options, Description.LatentChannels))
            : null;
        // Wanted only once a picture is denoised: until then they load beside it.
        _decoder.Begin();
        _enhancer?.Begin();
    }

    /// <inheritdoc/>
    public ModelDescription Description { get; }

    /// <inheritdoc/>
    public long MemoryBytes { get; }

    /// <summary>What it runs on.</summary>
    public ExecutionDevice Device => _unet.Device.InUse;

    /// <summary>Starts what models are to run on, so that whether it can is known before there is a model.</summary>
    /// <param name="options">How to run models.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.DeviceUnavailable"/>: the execution provider asked for cannot
    /// start.</exception>
    public static ExecutionDevice FindDevice(OnnxRuntimeOptions options) => DeviceSelector.Start(options).InUse;

    /// <summary>Loads a model: returns once the text encoders and the denoiser are there, while the rest loads.</summary>
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
        var textEncoders = new List<TextEncoderGraph>();
        try
        {
            var two = folder.TextEncoders.Count > 1;
            foreach (var part in folder.TextEncoders)
                textEncoders.Add(TextEncoderGraph.Load(part, options, penultimate: two, pooled: two && part == folder.TextEncoders[^1]));
            return new OnnxDiffusionModel(folder, textEncoders, loading.GetAwaiter().GetResult(), options);
        }
        catch
        {
            textEncoders.ForEach(encoder => encoder.Dispose());
            DisposeLoaded(loading);
            throw;
        }
    }

    /// <inheritdoc/>
    public float[] EncodeText(IReadOnlyList<TokenizedPrompt> prompt, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(prompt.Count, _textEncoders.Count);
        var embedding = new float[Description.EmbeddingLength];
        var pooled = embedding.AsSpan(^Description.PooledWidth..);
        var column = 0;
        for (var i = 0; i < prompt.Count; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(prompt[i].Ids.Length, Description.TokenCount);
            _textEncoders[i].Encode(prompt[i].Ids.Span, embedding.AsSpan(column), Description.EmbeddingWidth, pooled, cancellationToken);
            column += _textEncoders[i].Width;
        }

        return embedding;
    }

    /// <inheritdoc/>
    /// <remarks>Jobs stay on the device between steps, or in the host's memory, as the options have it.</remarks>
    public IDenoiser CreateDenoiser(LatentShape shape, int capacity) => CreateDenoiser(shape, capacity, _placement, pads: false);

    /// <inheritdoc/>
    public float[] Encode(Picture picture, CancellationToken cancellationToken)
    {
        if (_encoder is null)
            throw Bad($"model '{Description.Name}' has no encoder: leave the input picture out");
        if (picture.Width % Description.LatentFactor != 0 || picture.Height % Description.LatentFactor != 0)
        {
            throw Bad(
                $"the input picture is {picture.Width}x{picture.Height}: make both sides multiples of {Description.LatentFactor}");
        }

        var latent = _encoder.Get().Encode(picture, cancellationToken);
        TensorPrimitives.Multiply(latent, _scalingFactor, latent);
        return latent;
    }

    /// <inheritdoc/>
    public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken)
    {
        using var run = _decoder.Get().Rent(shape.Channels, shape.Height, shape.Width);
        TensorPrimitives.Divide(latent, _scalingFactor, run.Input);
        return Draw(run, cancellationToken);
    }

    /// <inheritdoc/>
    public Picture Enhance(Picture picture, CancellationToken cancellationToken)
    {
        if (_enhancer is null)
            throw Bad($"model '{Description.Name}' has no enhancer: leave enhance off");
        using var run = _enhancer.Get().Rent(PictureChannels, picture.Height, picture.Width);
        PictureConverter.ToPlanarFloat(picture, run.Input, -1, 1);
        return Draw(run, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var encoder in _textEncoders)
            encoder.Dispose();
        _arithmetic.Dispose();
        _unet.Dispose();
        _decoder.Dispose();
        _enhancer?.Dispose();
        _encoder?.Dispose();
        NativeHeap.Trim();
    }

    internal IDenoiser CreateDenoiser(LatentShape shape, int capacity, DenoiserPlacement placement, bool pads)
    {
        HostDenoiser Host() => new(CreateBatch(shape, capacity));
        return placement == DenoiserPlacement.Device || (placement == DenoiserPlacement.Auto && !Device.IsHost)
            ? new DeviceDenoiser(_unet, _signature, Description, _arithmetic, shape, capacity, Host, pads)
            : Host();
    }

    internal IDenoiseBatch CreateBatch(LatentShape shape, int capacity) =>
        new OnnxDenoiseBatch(_unet, _signature, Description, shape, capacity);

    private static Picture Draw(PictureGraph.Run run, CancellationToken cancellationToken)
    {
        run.Execute(cancellationToken);
        return PictureConverter.FromPlanarFloat(run.Output, run.OutputWidth, run.OutputHeight, -1, 1);
    }

    private static InferenceException Bad(string message) => new(InferenceFault.BadRequest, message);

    // Waits: a graph that is still loading when the process ends would be torn down under the runtime's feet.
    private static void DisposeLoaded<T>(Task<T> loading)
        where T : class, IDisposable
    {
        ((IAsyncResult)loading).AsyncWaitHandle.WaitOne();
        if (loading.IsCompletedSuccessfully)
            loading.Result.Dispose();
    }
}
