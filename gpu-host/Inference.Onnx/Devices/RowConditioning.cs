using Aigc.Inference.Batching;
using Aigc.Inference.Models;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>An input of the denoiser that says what a row is to show, and is the same at each of a job's steps.</summary>
/// <param name="Port">The input.</param>
/// <param name="RowShape">The shape of one row.</param>
/// <param name="Write">Writes a job's numbers for the row with its prompt (true), or for that with its negative prompt (false).</param>
internal sealed record RowConditioning(TensorPort Port, long[] RowShape, RowConditioning.Writer Write)
{
    public delegate void Writer(DenoiseJob job, bool prompt, Span<float> destination);

    /// <summary>Those that a denoiser takes.</summary>
    public static IEnumerable<RowConditioning> All(UNetSignature signature, ModelDescription description, LatentShape shape)
    {
        var states = description.TokenCount * description.EmbeddingWidth;
        yield return new(
            signature.Embedding,
            [description.TokenCount, description.EmbeddingWidth],
            (job, prompt, to) => Embedding(job, prompt)[..states].CopyTo(to));
        if (signature.Pooled is { } pooled)
            yield return new(pooled, [description.PooledWidth], (job, prompt, to) => Embedding(job, prompt)[states..].CopyTo(to));
        if (signature.Sizes is { } sizes)
        {
            var numbers = UNetSignature.SizesOf(shape, description);
            yield return new(sizes, [UNetSignature.SizeCount], (_, _, to) => numbers.CopyTo(to));
        }

        if (signature.Guidance is { } guidance)
            yield return new(guidance, [guidance.Dimensions[1]], (job, _, to) => GuidanceEmbedding.Write(job.Guidance, to));
    }

    private static ReadOnlySpan<float> Embedding(DenoiseJob job, bool prompt) => prompt ? job.Embedding.Span : job.Negative.Span;
}
