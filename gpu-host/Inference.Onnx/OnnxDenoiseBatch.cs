using Aigc.Inference.Models;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>
/// A UNet's inputs and output in memory allocated once, bound once for each number of rows that comes up.
/// </summary>
internal sealed class OnnxDenoiseBatch : IDenoiseBatch
{
    private readonly OnnxGraph _graph;
    private readonly TensorPort _samplePort;
    private readonly TensorPort _timestepPort;
    private readonly TensorPort _embeddingPort;
    private readonly TensorPort _outputPort;
    private readonly TensorBuffer _samples;
    private readonly TensorBuffer _timesteps;
    private readonly TensorBuffer _embeddings;
    private readonly TensorBuffer _outputs;
    private readonly int _tokens;
    private readonly int _width;
    private readonly Dictionary<(int From, int Rows), GraphBinding> _bindings = [];
    private readonly List<OrtValue> _views = [];

    public OnnxDenoiseBatch(OnnxGraph unet, ModelDescription description, LatentShape shape, int capacity)
    {
        _graph = unet;
        (Shape, Capacity) = (shape, capacity);
        (_tokens, _width) = (description.TokenCount, description.EmbeddingWidth);
        _samplePort = unet.Input("sample");
        _timestepPort = unet.Input("timestep");
        _embeddingPort = unet.Input("encoder_hidden_states");
        _outputPort = unet.FirstOutput();
        _samples = unet.CreateBuffer(_samplePort, capacity * shape.Length);
        _timesteps = unet.CreateBuffer(_timestepPort, capacity);
        _embeddings = unet.CreateBuffer(_embeddingPort, capacity * description.EmbeddingLength);
        _outputs = unet.CreateBuffer(_outputPort, capacity * shape.Length);
    }

    public LatentShape Shape { get; }

    public int Capacity { get; }

    /// <summary>How many runs are bound: one for each number of rows, and for each group of them where a run has one timestep.</summary>
    internal int BindingCount => _bindings.Count;

    // Older exports take one timestep for the whole batch, as a rank-0 tensor or one of a fixed length of 1.
    private bool OneTimestep => _timestepPort.Dimensions is [] or [1];

    public Span<float> Sample(int row) => _samples.Values.Slice(row * Shape.Length, Shape.Length);

    public void SetTimestep(int row, float timestep) => _timesteps.Values[row] = timestep;

    public void SetEmbedding(int row, ReadOnlySpan<float> embedding)
    {
        var length = _tokens * _width;
        embedding.CopyTo(_embeddings.Values.Slice(row * length, length));
        _embeddings.Upload(row * length, length);
    }

    public void Run(int rows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Capacity);
        _samples.Upload(0, rows * Shape.Length);
        _timesteps.Upload(0, rows);
        var from = 0;
        while (from < rows)
        {
            var together = OneTimestep ? RowsOfOneTimestep(from, rows) : rows;
            _graph.Run(Binding(from, together), cancellationToken);
            from += together;
        }

        _outputs.Download(0, rows * Shape.Length);
    }

    public ReadOnlySpan<float> Output(int row) => _outputs.Values.Slice(row * Shape.Length, Shape.Length);

    public void Dispose()
    {
        foreach (var binding in _bindings.Values)
            binding.Dispose();
        foreach (var view in _views)
            view.Dispose();
    }

    private int RowsOfOneTimestep(int from, int rows)
    {
        var end = from + 1;
        while (end < rows && _timesteps.Values[end].Equals(_timesteps.Values[from]))
            end++;
        return end - from;
    }

    private GraphBinding Binding(int from, int rows)
    {
        if (_bindings.TryGetValue((from, rows), out var known))
            return known;
        var binding = _graph.CreateBinding();
        binding.BindInput(_samplePort.Name, View(_samples, from * Shape.Length, rows, Shape.Channels, Shape.Height, Shape.Width));
        long[] timestepShape = OneTimestep ? [.. _timestepPort.Dimensions] : [rows];
        binding.BindInput(_timestepPort.Name, View(_timesteps, from, timestepShape));
        binding.BindInput(_embeddingPort.Name, View(_embeddings, from * _tokens * _width, rows, _tokens, _width));
        binding.BindOutput(_outputPort.Name, View(_outputs, from * Shape.Length, rows, Shape.Channels, Shape.Height, Shape.Width));
        return _bindings[(from, rows)] = binding;
    }

    private OrtValue View(TensorBuffer buffer, int offset, params ReadOnlySpan<long> shape)
    {
        var view = buffer.View(offset, shape);
        _views.Add(view);
        return view;
    }
}
