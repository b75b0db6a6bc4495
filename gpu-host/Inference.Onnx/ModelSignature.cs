using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;

namespace Aigc.Inference.Onnx;

/// <summary>Works out from the graphs of a model what the model takes, and whether they belong together.</summary>
internal static class ModelSignature
{
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: the text encoders do not give what the denoiser
    /// takes.</exception>
    public static ModelDescription Describe(
        ModelFolder folder, IReadOnlyList<TextEncoderGraph> textEncoders, OnnxGraph unet, UNetSignature signature)
    {
        var width = textEncoders.Sum(encoder => encoder.Width);
        if (signature.Embedding.Dimensions[2] is > 0 and var wanted && wanted != width)
            throw unet.Unfit($"takes embeddings {wanted} wide, and the text encoders give {width}");

        var pooled = textEncoders[^1].PooledWidth;
        if (signature.Pooled is { Dimensions: var vector })
        {
            if (pooled == 0)
                throw unet.Unfit("takes text_embeds, and there is no text_encoder_2 to give them");
            if (vector[1] > 0 && vector[1] != pooled)
                throw unet.Unfit($"takes text_embeds {vector[1]} wide, and text_encoder_2 gives {pooled}");
        }

        return new ModelDescription(
            folder.Name,
            Tokens(textEncoders, signature),
            width,
            signature.Sample.Dimensions[1],
            ModelFolder.LatentFactor,
            folder.PictureSize,
            folder.EnhanceFactor)
        {
            PooledWidth = signature.Pooled is null ? 0 : pooled,
            EmbedsGuidance = signature.Guidance is not null,
            HasEncoder = folder.VaeEncoder is not null,
            ForceZerosForEmptyPrompt = folder.ForceZerosForEmptyPrompt,
        };
    }

    private static int Tokens(IReadOnlyList<TextEncoderGraph> textEncoders, UNetSignature signature) =>
        textEncoders.Select(encoder => encoder.Tokens).Append(signature.Embedding.Dimensions[1]).FirstOrDefault(
            tokens => tokens > 0, ClipTokenizer.DefaultLength);
}
