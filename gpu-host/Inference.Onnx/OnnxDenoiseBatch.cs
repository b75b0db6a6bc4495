using Aigc.Inference.Models;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>
/// A UNet's inputs and output in memory allocated once, bound once for each number of rows that comes up.
/// </summary>
internal sealed class OnnxDenoiseBatch : IDenoiseBatch
{
    private readonly OnnxGraph _graph;
    private readonly UNetSignature _signature;
    private readonly ModelDescription _description;
    private readonly TensorBuffer _samples;
    private readonly TensorBuffer _timesteps;
    private readonly TensorBuffer _embeddings;
    private readonly TensorBuffer? _pooled;
    private readonly TensorBuffer? _sizes;
    private readonly TensorBuffer? _guidance;
    private readonly TensorBuffer _outputs;
    private readonly float[] _guidanceOfRow;
    private readonly int _statesLength;
    private readonly int _guidanceWidth;
    private readonly Dictionary<(int From, int Rows), OrtIoBinding> _bindings = [];
    private readonly List<OrtValue> _views = [];

    public OnnxDenoiseBatch(OnnxGraph unet, UNetSignature signature, ModelDescription description, LatentShape shape, int capacity)
    {
        (_graph, _signature, _description) = (unet, signature, description);
        (Shape, Capacity) = (shape, capacity);
        _statesLength = description.TokenCount * description.EmbeddingWidth;
        _guidanceWidth = signature.Guidance?.Dimensions[1] ?? 0;
        _guidanceOfRow = new float[capacity];
        Array.Fill(_guidanceOfRow, float.NaN);
        _samples = Buffer(signature.Sample, shape.Length);
        _timesteps = Buffer(signature.Timestep, 1);
        _embeddings = Buffer(signature.Embedding, _statesLength);
        _pooled = signature.Pooled is { } pooled ? Buffer(pooled, description.PooledWidth) : null;
        _sizes = signature.Sizes is { } sizes ? Buffer(sizes, UNetSignature.SizeCount) : null;
        _guidance = signature.Guidance is { } guidance ? Buffer(guidance, _guidanceWidth) : null;
        _outputs = Buffer(signature.Output, shape.Length);
        WriteSizes();
    }

    public LatentShape Shape { get; }

    public int Capacity { get; }

    public Span<float> Sample(int row) => _samples.Values.Slice(row * Shape.Length, Shape.Length);

    public void SetTimestep(int row, float timestep) => _timesteps.Values[row] = timestep;

    public void SetEmbedding(int row, ReadOnlySpan<float> embedding)
    {
        Write(_embeddings, row, embedding[.._statesLength]);
        if (_pooled is not null)
            Write(_pooled, row, embedding[_statesLength..]);
    }

    public void SetGuidance(int row, float guidance)
    {
        if (_guidance is null || _guidanceOfRow[row].Equals(guidance))
            return;
        _guidanceOfRow[row] = guidance;
        GuidanceEmbedding.Write(guidance, _guidance.Values.Slice(row * _guidanceWidth, _guidanceWidth));
        _guidance.Upload(row * _guidanceWidth, _guidanceWidth);
    }

    public void Run(int rows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, Capacity);
        _samples.Upload(0, rows * Shape.Length);
        _timesteps.Upload(0, rows);
        var from = 0;
        while (from < rows)
        {
            var together = _signature.OneTimestep ? RowsOfOneTimestep(from, rows) : rows;
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
        _bindings.Clear();
        foreach (var view in _views)
            view.Dispose();
        _views.Clear();
    }

    private TensorBuffer Buffer(TensorPort port, int length) => _graph.CreateBuffer(port, checked(Capacity * length));

    private static void Write(TensorBuffer buffer, int row, ReadOnlySpan<float> values)
    {
        values.CopyTo(buffer.Values.Slice(row * values.Length, values.Length));
        buffer.Upload(row * values.Length, values.Length);
    }

    // SDXL is told that the picture was never larger nor cropped: original height and width, crop, target height and width. (Podell et
    // al., "SDXL: Improving Latent Diffusion Models for High-Resolution Image Synthesis", 2023, section 2.2.)
    private void WriteSizes()
    {
        if (_sizes is null)
            return;
        var (height, width) = (Shape.Height * _description.LatentFactor, Shape.Width * _description.LatentFactor);
        for (var row = 0; row < Capacity; row++)
            Write(_sizes, row, [height, width, 0, 0, height, width]);
    }

    private int RowsOfOneTimestep(int from, int rows)
    {
        var end = from + 1;
        while (end < rows && _timesteps.Values[end].Equals(_timesteps.Values[from]))
            end++;
        return end - from;
    }

    private OrtIoBinding Binding(int from, int rows)
    {
        if (_bindings.TryGetValue((from, rows), out var known))
            return known;
        var binding = _graph.Session.CreateIoBinding();
        Bind(_signature.Sample, _samples, Shape.Channels, Shape.Height, Shape.Width);
        long[] timestepShape = _signature.OneTimestep ? [.. _signature.Timestep.Dimensions] : [rows];
        binding.BindInput(_signature.Timestep.Name, View(_timesteps, from, timestepShape));
        Bind(_signature.Embedding, _embeddings, _description.TokenCount, _description.EmbeddingWidth);
        Bind(_signature.Pooled, _pooled, _description.PooledWidth);
        Bind(_signature.Sizes, _sizes, UNetSignature.SizeCount);
        Bind(_signature.Guidance, _guidance, _guidanceWidth);
        binding.BindOutput(
            _signature.Output.Name, View(_outputs, from * Shape.Length, rows, Shape.Channels, Shape.Height, Shape.Width));
        return _bindings[(from, rows)] = binding;

        void Bind(TensorPort? port, TensorBuffer? buffer, params ReadOnlySpan<long> shapeOfRow)
        {
            if (port is null || buffer is null)
                return;
            var length = 1L;
            foreach (var dimension in shapeOfRow)
                length *= dimension;
            binding.BindInput(port.Value.Name, View(buffer, (int)(from * length), [rows, .. shapeOfRow]));
        }
    }

    private OrtValue View(TensorBuffer buffer, int offset, params ReadOnlySpan<long> shape)
    {
        var view = buffer.View(offset, shape);
        _views.Add(view);
        return view;
    }
}
