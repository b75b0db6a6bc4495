using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>How an exporter declares what Stable Diffusion's graphs take.</summary>
/// <param name="Ids">Element type of <c>input_ids</c>.</param>
/// <param name="Real">Element type of samples and embeddings.</param>
/// <param name="Timestep">Element type of <c>timestep</c>.</param>
/// <param name="TimestepShape">Shape of <c>timestep</c>: empty for a scalar.</param>
public sealed record GraphSignature(TensorElementType Ids, TensorElementType Real, TensorElementType Timestep, object[] TimestepShape)
{
    public const int Tokens = 77;
    public const int Width = 8;

    public override string ToString() => $"ids {Ids}, {Real}, timestep {Timestep}[{string.Join(',', TimestepShape)}]";

    /// <summary>
    /// Writes a model folder whose graphs compute plain sums: token i embeds as id * (1 + column); the denoiser says
    /// sample / 2 + timestep / 100 + mean of the embedding; the decoder grows three channels by 8.
    /// </summary>
    public void Write(string folder)
    {
        WriteTextEncoder(folder, Width);
        new OnnxWriter()
            .Input("sample", Real, "batch", 4, "height", "width")
            .Input("timestep", Timestep, TimestepShape)
            .Input("encoder_hidden_states", Real, "batch", Tokens, Width)
            .Output("out_sample", Real, "batch", 4, "height", "width")
            .Constant("half", [.5f], 1)
            .Constant("hundredth", [.01f], 1)
            .Constant("row", new long[] { -1, 1, 1, 1 }, 4)
            .Cast("sample", "x", TensorElementType.Float)
            .Cast("timestep", "t", TensorElementType.Float)
            .Cast("encoder_hidden_states", "words", TensorElementType.Float)
            .Node("ReduceMean", ["words"], "mean", ("axes", new long[] { 1, 2 }), ("keepdims", 0L))
            .Node("Reshape", ["t", "row"], "t4")
            .Node("Reshape", ["mean", "row"], "m4")
            .Node("Mul", ["x", "half"], "x2")
            .Node("Mul", ["t4", "hundredth"], "t2")
            .Node("Add", ["x2", "t2"], "xt")
            .Node("Add", ["xt", "m4"], "sum")
            .Cast("sum", "out_sample", Real)
            .Save(Path.Combine(folder, "unet", "model.onnx"));
        new OnnxWriter()
            .Input("latent_sample", Real, "batch", 4, "height", "width")
            .Output("sample", Real, "batch", 3, "height8", "width8")
            .Constant("from", new long[] { 0 }, 1)
            .Constant("to", new long[] { 3 }, 1)
            .Constant("axis", new long[] { 1 }, 1)
            .Constant("scales", new float[] { 1, 1, 8, 8 }, 4)
            .Cast("latent_sample", "z", TensorElementType.Float)
            .Node("Slice", ["z", "from", "to", "axis"], "rgb")
            .Node("Resize", ["rgb", "", "scales"], "grown", ("mode", "nearest"))
            .Cast("grown", "sample", Real)
            .Save(Path.Combine(folder, "vae_decoder", "model.onnx"));
        Directory.CreateDirectory(Path.Combine(folder, "tokenizer"));
        Directory.CreateDirectory(Path.Combine(folder, "scheduler"));
        File.WriteAllText(Path.Combine(folder, "model_index.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "tokenizer", "vocab.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "tokenizer", "merges.txt"), "");
        File.WriteAllText(Path.Combine(folder, "scheduler", "scheduler_config.json"), "{}");
    }

    /// <summary>Writes a text encoder of another width in place of that of <see cref="Write"/>.</summary>
    public void WriteTextEncoder(string folder, int width) =>
        new OnnxWriter()
            .Input("input_ids", Ids, "batch", Tokens)
            .Output("last_hidden_state", Real, "batch", Tokens, width)
            .Constant("columns", [.. Enumerable.Range(1, width).Select(c => c / 1000f)], 1, 1, width)
            .Constant("axis", new long[] { 2 }, 1)
            .Cast("input_ids", "ids", TensorElementType.Float)
            .Node("Unsqueeze", ["ids", "axis"], "column")
            .Node("Mul", ["column", "columns"], "embedding")
            .Cast("embedding", "last_hidden_state", Real)
            .Save(Path.Combine(folder, "text_encoder", "model.onnx"));
}
