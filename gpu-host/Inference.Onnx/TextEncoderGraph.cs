using System.Globalization;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;

namespace Aigc.Inference.Onnx;

/// <summary>A graph from token ids to the hidden states of each, and to one vector for all where it is the second of two.</summary>
internal sealed class TextEncoderGraph : IDisposable
{
    private readonly OnnxGraph _graph;
    private readonly TensorPort _ids;
    private readonly TensorPort _states;
    private readonly TensorPort? _pooled;

    private TextEncoderGraph(OnnxGraph graph, TextEncoderPart part, bool penultimate, bool pooled)
    {
        _graph = graph;
        _ids = graph.Input("input_ids");
        _states = graph.Output(penultimate ? Penultimate(part) : "last_hidden_state");
        _pooled = pooled ? graph.Output("text_embeds") : null;
        if (_ids.Dimensions.Length != 2 || _states.Dimensions is not [_, _, > 0])
            throw graph.Unfit("does not turn [batch, tokens] into [batch, tokens, width]");
        if (_pooled is { Dimensions: not [_, > 0] })
            throw graph.Unfit("does not give 'text_embeds' of [batch, width]");
    }

    /// <summary>How many ids it takes; -1 where any number will do.</summary>
    public int Tokens => _ids.Dimensions[1];

    /// <summary>The width of a token's hidden state.</summary>
    public int Width => _states.Dimensions[2];

    /// <summary>The width of the vector for the whole prompt; 0 where it gives none.</summary>
    public int PooledWidth => _pooled?.Dimensions[1] ?? 0;

    /// <param name="part">Where it lies.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="penultimate">Whether the states before the last layer are wanted, as SDXL has it, and not those after it.</param>
    /// <param name="pooled">Whether the vector for the whole prompt is wanted.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: it cannot be loaded or gives no such states.</exception>
    public static TextEncoderGraph Load(TextEncoderPart part, OnnxRuntimeOptions options, bool penultimate, bool pooled)
    {
        var graph = OnnxGraph.Load(part.Graph, options);
        try
        {
            return new TextEncoderGraph(graph, part, penultimate, pooled);
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>Runs the graph over one prompt.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="states">For the hidden states, [ids, <paramref name="stride"/>]: each is written to the front of its row.</param>
    /// <param name="stride">From one row of <paramref name="states"/> to the next.</param>
    /// <param name="pooled">For the vector, [<see cref="PooledWidth"/>]; empty where it is not wanted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public void Encode(ReadOnlySpan<int> ids, Span<float> states, int stride, Span<float> pooled, CancellationToken cancellationToken)
    {
        var input = _graph.CreateBuffer(_ids, ids.Length);
        var output = _graph.CreateBuffer(_states, ids.Length * Width);
        // Every id is exact in float32, whose integers reach 2^24.
        for (var t = 0; t < ids.Length; t++)
            input.Values[t] = ids[t];
        input.Upload(0, ids.Length);
        using var inputView = input.View(0, 1, ids.Length);
        using var outputView = output.View(0, 1, ids.Length, Width);
        using var binding = _graph.Session.CreateIoBinding();
        binding.BindInput(_ids.Name, inputView);
        binding.BindOutput(_states.Name, outputView);
        if (_pooled is { } port && !pooled.IsEmpty)
        {
            var vector = _graph.CreateBuffer(port, PooledWidth);
            using var vectorView = vector.View(0, 1, PooledWidth);
            binding.BindOutput(port.Name, vectorView);
            _graph.Run(binding, cancellationToken);
            vector.Download(0, PooledWidth);
            vector.Values.CopyTo(pooled);
        }
        else
        {
            _graph.Run(binding, cancellationToken);
        }

        output.Download(0, ids.Length * Width);
        for (var t = 0; t < ids.Length; t++)
            output.Values.Slice(t * Width, Width).CopyTo(states[(t * stride)..]);
    }

    public void Dispose() => _graph.Dispose();

    // hidden_states.0 is what enters the first layer, so the last layer but one gives hidden_states.(layers - 1). Exporters differ in
    // whether they also name the last layer's, so how many outputs there are does not tell.
    private string Penultimate(TextEncoderPart part) => part.Layers is > 0 and var layers
        ? "hidden_states." + (layers - 1).ToString(CultureInfo.InvariantCulture)
        : throw _graph.Unfit("is one of two text encoders, but the config.json beside it does not say num_hidden_layers");
}
