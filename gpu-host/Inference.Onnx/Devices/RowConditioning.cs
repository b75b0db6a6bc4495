using Aigc.Inference.Batching;
using Aigc.Inference.Models;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>An input of the denoiser that says what a row is to show, and is the same at each of a job's steps.</summary>
/// <param name="Port">The input.</param>
/// <param name="RowShape">The shape of one row.</param>
/// <param name="Read">A job's numbers for the row with its prompt (true), or for that with its negative prompt (false).</param>
internal sealed record RowConditioning(TensorPort Port, long[] RowShape, Func<DenoiseJob, bool, ReadOnlyMemory<float>> Read)
{
    public static RowConditioning Text(OnnxGraph unet, ModelDescription description) => new(
        unet.Input("encoder_hidden_states"),
        [description.TokenCount, description.EmbeddingWidth],
        static (job, prompt) => prompt ? job.Embedding : job.Negative);
}
