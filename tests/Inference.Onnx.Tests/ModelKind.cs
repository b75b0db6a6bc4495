using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>
/// A family of models by its graphs' signature, as optimum exports it, with few layers, the real widths and random weights: every
/// number that goes in changes what comes out by a weight of its own.
/// </summary>
/// <param name="Name">Its name.</param>
/// <param name="Widths">The width of each text encoder's hidden states.</param>
public sealed record ModelKind(string Name, params int[] Widths)
{
    private const int Layers = 3;

    public static ModelKind StableDiffusion15 { get; } = new("SD 1.5", 768);

    public static ModelKind SdTurbo { get; } = new("SD-Turbo", 1024) { PerRowTimestep = false };

    public static ModelKind Lcm { get; } = new("LCM", 768) { GuidanceWidth = 256, Timestep = TensorElementType.Float };

    public static ModelKind Sdxl { get; } =
        new("SDXL", 768, 1280) { PooledWidth = 1280, PerRowTimestep = false, EncoderGives = "latent_parameters" };

    public static ModelKind SdxlHalf { get; } =
        Sdxl with { Name = "SDXL fp16", Real = TensorElementType.Float16, PerRowTimestep = true };

    public int PooledWidth { get; init; }

    public int GuidanceWidth { get; init; }

    public bool PerRowTimestep { get; init; } = true;

    public string EncoderGives { get; init; } = "latent_sample";

    public TensorElementType Real { get; init; } = TensorElementType.Float;

    public TensorElementType Timestep { get; init; } = TensorElementType.Int64;

    public int EmbeddingWidth => Widths.Sum();

    public override string ToString() => Name;

    /// <summary>The weights of one input: the same for its name and number wherever they are asked for.</summary>
    public static float[] Weights(string name, int count)
    {
        var random = new Random(name.Aggregate(count, (hash, letter) => hash * 31 + letter));
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2 - 1) / count)];
    }

    /// <summary>What the denoiser says of one row: sample / 2 + timestep / 100 + each other input times its weights.</summary>
    public static double Says(float sample, float timestep, params (string Name, float[] Values)[] inputs) =>
        sample / 2 + timestep / 100 + inputs.Sum(input => Dot(input.Values, Weights(input.Name, input.Values.Length)));

    /// <summary>Hidden state k of a token is (k + 1) * id * weight of the column; the vector for the prompt is the sum of ids * weight.</summary>
    public float State(int encoder, int layer, int id, int column) =>
        (layer + 1) * id * Weights($"states {encoder}", Widths[encoder])[column];

    /// <summary>The layer whose states the family takes: with two text encoders the last but one, else what follows the last.</summary>
    public int Layer => Widths.Length > 1 ? Layers - 1 : Layers;

    public void Write(string folder)
    {
        new GraphSignature(TensorElementType.Int64, Real, TensorElementType.Int64, ["batch"]).Write(folder);
        for (var i = 0; i < Widths.Length; i++)
        {
            var suffix = i == 0 ? "" : "_2";
            WriteTextEncoder(Path.Combine(folder, $"text_encoder{suffix}"), i);
            Directory.CreateDirectory(Path.Combine(folder, $"tokenizer{suffix}"));
            File.WriteAllText(Path.Combine(folder, $"tokenizer{suffix}", "vocab.json"), "{}");
            File.WriteAllText(Path.Combine(folder, $"tokenizer{suffix}", "merges.txt"), "");
        }

        WriteUNet(Path.Combine(folder, "unet", "model.onnx"));
        WriteVaeEncoder(Path.Combine(folder, "vae_encoder", "model.onnx"));
    }

    private void WriteTextEncoder(string folder, int encoder)
    {
        var width = Widths[encoder];
        var pooled = encoder == 1 ? "text_embeds" : "pooler_output";
        var graph = new OnnxWriter()
            .Input("input_ids", TensorElementType.Int64, "batch", "sequence_length")
            .Output(pooled, Real, "batch", width)
            .Output("last_hidden_state", Real, "batch", "sequence_length", width)
            .Constant("columns", Weights($"states {encoder}", width), 1, 1, width)
            .Constant("pooling", Weights("pooling", width), 1, width)
            .Constant("axis", new long[] { 2 }, 1)
            .Cast("input_ids", "ids", TensorElementType.Float)
            .Node("Unsqueeze", ["ids", "axis"], "column")
            .Node("Mul", ["column", "columns"], "state")
            .Node("ReduceSum", ["ids", "second"], "total", ("keepdims", 1L))
            .Constant("second", new long[] { 1 }, 1)
            .Node("Mul", ["total", "pooling"], "vector")
            .Cast("vector", pooled, Real);
        for (var layer = 0; layer <= Layers; layer++)
        {
            // The last layer's states go by one name only, as some exporters have it.
            var name = layer == Layers ? "last_hidden_state" : "hidden_states." + layer.ToString(CultureInfo.InvariantCulture);
            if (layer < Layers)
                graph.Output(name, Real, "batch", "sequence_length", width);
            graph.Constant($"factor {layer}", [layer + 1f], 1)
                .Node("Mul", ["state", $"factor {layer}"], $"{name} single")
                .Cast($"{name} single", name, Real);
        }

        graph.Save(Path.Combine(folder, "model.onnx"));
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""{"num_hidden_layers": {{Layers}}, "hidden_size": {{width}}}""");
    }

    private void WriteUNet(string path)
    {
        object[] timestepShape = PerRowTimestep ? ["batch"] : [];
        var graph = new OnnxWriter()
            .Input("sample", Real, "batch", 4, "height", "width")
            .Input("timestep", Timestep, timestepShape)
            .Output("out_sample", Real, "batch", 4, "height", "width")
            .Constant("half", [.5f], 1)
            .Constant("hundredth", [.01f], 1)
            .Constant("row", new long[] { -1, 1, 1, 1 }, 4)
            .Constant("flat", new long[] { 0, -1 }, 2)
            .Cast("sample", "x", TensorElementType.Float)
            .Cast("timestep", "t", TensorElementType.Float)
            .Node("Reshape", ["t", "row"], "t4")
            .Node("Mul", ["x", "half"], "x2")
            .Node("Mul", ["t4", "hundredth"], "t2")
            .Node("Add", ["x2", "t2"], "sum 0");
        var inputs = new List<(string Name, object[] Shape, int Length)>
        {
            ("encoder_hidden_states", [GraphSignature.Tokens, EmbeddingWidth], GraphSignature.Tokens * EmbeddingWidth),
        };
        if (PooledWidth > 0)
            inputs.AddRange([("text_embeds", [PooledWidth], PooledWidth), ("time_ids", [6], 6)]);
        if (GuidanceWidth > 0)
            inputs.Add(("timestep_cond", [GuidanceWidth], GuidanceWidth));
        foreach (var (index, (name, shape, length)) in inputs.Index())
        {
            graph.Input(name, Real, ["batch", .. shape])
                .Constant($"{name} weights", Weights(name, length), length, 1)
                .Cast(name, $"{name} single", TensorElementType.Float)
                .Node("Reshape", [$"{name} single", "flat"], $"{name} flat")
                .Node("MatMul", [$"{name} flat", $"{name} weights"], $"{name} dot")
                .Node("Reshape", [$"{name} dot", "row"], $"{name} row")
                .Node("Add", [$"sum {index}", $"{name} row"], $"sum {index + 1}");
        }

        graph.Cast($"sum {inputs.Count}", "out_sample", Real).Save(path);
    }

    // The mean of each 8x8 square in red, green, blue, and red again; then, where it gives the distribution, a variance of no meaning.
    private void WriteVaeEncoder(string path)
    {
        var distribution = EncoderGives == "latent_parameters";
        var graph = new OnnxWriter()
            .Input("sample", Real, "batch", 3, "height", "width")
            .Output(EncoderGives, Real, "batch", distribution ? 8 : 4, "h", "w")
            .Constant("channels", new long[] { 0, 1, 2, 0 }, 4)
            .Cast("sample", "x", TensorElementType.Float)
            .Node("AveragePool", ["x"], "rgb", ("kernel_shape", new long[] { 8, 8 }), ("strides", new long[] { 8, 8 }))
            .Node("Gather", ["rgb", "channels"], "mean", ("axis", 1L));
        if (distribution)
        {
            graph.Constant("seven", [7f], 1).Node("Add", ["mean", "seven"], "logvar")
                .Node("Concat", ["mean", "logvar"], "both", ("axis", 1L)).Cast("both", EncoderGives, Real);
        }
        else
        {
            graph.Cast("mean", EncoderGives, Real);
        }

        graph.Save(path);
    }

    private static double Dot(float[] values, float[] weights) => values.Zip(weights, (value, weight) => (double)value * weight).Sum();
}
