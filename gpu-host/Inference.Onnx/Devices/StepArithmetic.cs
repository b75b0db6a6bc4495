using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>
/// What a step does beside running the denoiser, as graphs that run on the denoiser's device. Each is made when it is first needed, for
/// whatever shape of latent. Safe for many threads.
/// </summary>
/// <remarks>
/// The state of all jobs is one float32 tensor, [slots * stride, latent]: a slot's rows are its sample and its buffers of history. It stays
/// float32 where the denoiser is float16.
/// </remarks>
internal sealed class StepArithmetic(OnnxDevice device) : IDisposable
{
    private const TensorElementType Single = TensorElementType.Float;
    private const TensorElementType Index = TensorElementType.Int64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ArithmeticGraph> _graphs = [];

    /// <summary>How many graphs there are: at most two for each length of history, and a handful.</summary>
    internal int GraphCount => _graphs.Count;

    /// <summary>[rows, length] float32 -> the same of another type, in another place.</summary>
    public ArithmeticGraph Copy(TensorElementType type) => Get($"copy {type}", () =>
    {
        var graph = new OnnxWriter().Input("from", Single, "rows", "length").Output("to", type, "rows", "length");
        return type == Single ? graph.Node("Identity", ["from"], "to") : graph.Cast("from", "to", type);
    });

    /// <summary>A table [table_rows, length] and indices [rows] -> those rows of it.</summary>
    public ArithmeticGraph Pick(TensorElementType type) => Get($"pick {type}", () => new OnnxWriter()
        .Input("table", type, "table_rows", "length")
        .Input("indices", Index, "rows")
        .Output("picked", type, "rows", "length")
        .Node("Gather", ["table", "indices"], "picked"));

    /// <summary>The state, [rows] of it, their scales [rows, 1] and timesteps [rows] -> the denoiser's sample and timestep.</summary>
    public ArithmeticGraph Before(TensorElementType sample, TensorElementType timestep) => Get($"before {sample} {timestep}", () =>
    {
        var graph = new OnnxWriter()
            .Input("state", Single, "state_rows", "latent")
            .Input("indices", Index, "rows")
            .Input("scales", Single, "rows", 1)
            .Input("timesteps", timestep, "rows")
            .Output("sample", sample, "rows", "latent")
            .Output("timestep", timestep, "rows")
            .Node("Gather", ["state", "indices"], "picked")
            .Node("Identity", ["timesteps"], "timestep");
        return sample == Single
            ? graph.Node("Mul", ["picked", "scales"], "sample")
            : graph.Node("Mul", ["picked", "scales"], "scaled").Cast("scaled", "sample", sample);
    });

    /// <summary>What the denoiser said, guidance, and a step's linear map for each job -> the state after it.</summary>
    /// <param name="output">The type of the denoiser's output.</param>
    /// <param name="stateRows">The rows of a job that the step reads and writes: its sample, and its history.</param>
    /// <param name="noise">Whether it adds noise.</param>
    /// <remarks>
    /// Terms are added in the order in which <see cref="Scheduling.StepMap"/> has its columns, in two roundings each, so that the result is
    /// that of the host. A matrix product would leave the order to the device.
    /// </remarks>
    public ArithmeticGraph After(TensorElementType output, int stateRows, bool noise) => Get($"after {output} {stateRows} {noise}", () =>
    {
        var columns = stateRows + (noise ? 2 : 1);
        var graph = new OnnxWriter()
            .Input("state", Single, "all_rows", "latent")
            .Input("output", output, "rows", "latent")
            .Input("prompt_rows", Index, "jobs")
            .Input("negative_rows", Index, "jobs")
            .Input("guidance", Single, "jobs", 1)
            .Input("state_rows", Index, "jobs", stateRows)
            .Input("coefficients", Single, "jobs", stateRows + 2, stateRows, 1)
            .Output("next", Single, "all_rows", "latent")
            .Constant("one", new long[] { 1 }, 1)
            .Constant("two", new long[] { 2 }, 1);
        if (noise)
            graph.Input("noise", Single, "jobs", 1, "latent");
        graph.Cast("output", "said", Single);
        // Ho and Salimans, "Classifier-Free Diffusion Guidance", 2022: negative + guidance * (prompt - negative).
        graph.Node("Gather", ["said", "prompt_rows"], "prompt")
            .Node("Gather", ["said", "negative_rows"], "negative")
            .Node("Sub", ["prompt", "negative"], "difference")
            .Node("Mul", ["difference", "guidance"], "push")
            .Node("Add", ["push", "negative"], "guided")
            .Node("Unsqueeze", ["guided", "one"], $"column{stateRows}")
            .Node("Gather", ["state", "state_rows"], "held");
        for (var row = 0; row < stateRows; row++)
            graph.Constant($"row{row}", new long[] { row }, 1).Node("Gather", ["held", $"row{row}"], $"column{row}", ("axis", 1L));
        for (var column = 0; column < columns; column++)
        {
            var operand = column == stateRows + 1 ? "noise" : $"column{column}";
            graph.Constant($"at{column}", new long[] { column })
                .Node("Gather", ["coefficients", $"at{column}"], $"by{column}", ("axis", 1L))
                .Node("Mul", [operand, $"by{column}"], column == 0 ? "sum0" : $"term{column}");
            if (column > 0)
                graph.Node("Add", [$"sum{column - 1}", $"term{column}"], $"sum{column}");
        }

        return graph.Node("Unsqueeze", ["state_rows", "two"], "targets")
            .Node("ScatterND", ["state", "targets", $"sum{columns - 1}"], "next");
    });

    public void Dispose()
    {
        foreach (var graph in _graphs.Values)
            graph.Dispose();
    }

    private ArithmeticGraph Get(string name, Func<OnnxWriter> write)
    {
        lock (_gate)
        {
            if (!_graphs.TryGetValue(name, out var graph))
                _graphs.Add(name, graph = new ArithmeticGraph(write(), device));
            return graph;
        }
    }
}
