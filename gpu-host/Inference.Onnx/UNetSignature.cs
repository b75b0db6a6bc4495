namespace Aigc.Inference.Onnx;

/// <summary>What a denoiser's graph takes and gives, as it says itself.</summary>
internal sealed class UNetSignature
{
    /// <summary>
    /// Numbers of <see cref="Sizes"/>: the height and width a picture had, where it was cropped, and what it was cropped to.
    /// </summary>
    public const int SizeCount = 6;

    private static readonly string[] _known = ["sample", "timestep", "encoder_hidden_states", "text_embeds", "time_ids", "timestep_cond"];

    /// <exception cref="Aigc.Inference.Faults.InferenceException">The graph lacks what every denoiser takes, or asks for more than is
    /// known.</exception>
    public UNetSignature(OnnxGraph unet)
    {
        Sample = unet.Input("sample");
        Timestep = unet.Input("timestep");
        Embedding = unet.Input("encoder_hidden_states");
        Pooled = unet.FindInput("text_embeds");
        Sizes = unet.FindInput("time_ids");
        Guidance = unet.FindInput("timestep_cond");
        Output = unet.FirstOutput();
        if (unet.Session.InputNames.Except(_known).ToArray() is { Length: > 0 } unknown)
            throw unet.Unfit($"asks for {string.Join(", ", unknown)}, which nothing here can give");
        if (Sample.Dimensions is not [_, > 0, _, _])
            throw unet.Unfit("does not take a sample of [batch, channels, height, width]");
        if (Embedding.Dimensions.Length != 3)
            throw unet.Unfit("does not take encoder_hidden_states of [batch, tokens, width]");
        if (Pooled is { Dimensions: not [_, _] })
            throw unet.Unfit("does not take text_embeds of [batch, width]");
        if (Sizes is { Dimensions: not [_, -1 or SizeCount] })
            throw unet.Unfit($"does not take time_ids of [batch, {SizeCount}]");
        if (Guidance is { Dimensions: not [_, > 0] })
            throw unet.Unfit("does not take timestep_cond of [batch, width]");
    }

    /// <summary>[batch, channels, height, width].</summary>
    public TensorPort Sample { get; }

    /// <summary>[batch], or one for the whole batch: see <see cref="OneTimestep"/>.</summary>
    public TensorPort Timestep { get; }

    /// <summary>[batch, tokens, width].</summary>
    public TensorPort Embedding { get; }

    /// <summary>SDXL's pooled embedding, [batch, width].</summary>
    public TensorPort? Pooled { get; }

    /// <summary>SDXL's sizes in pixels, [batch, 6].</summary>
    public TensorPort? Sizes { get; }

    /// <summary>An LCM's guidance embedding, [batch, width].</summary>
    public TensorPort? Guidance { get; }

    /// <summary>[batch, channels, height, width].</summary>
    public TensorPort Output { get; }

    /// <summary>Older exports take one timestep for the whole batch, as a rank-0 tensor or one of a fixed length of 1.</summary>
    public bool OneTimestep => Timestep.Dimensions is [] or [1];
}
