using Aigc.Inference.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>The denoising network with its inputs and output in device memory, at addresses that never change.</summary>
internal sealed class DeviceUNet : IDisposable
{
    private readonly OnnxGraph _graph;
    private readonly TensorPort _samplePort;
    private readonly TensorPort _timestepPort;
    private readonly TensorPort _outputPort;
    private readonly DeviceRows _samples;
    private readonly DeviceRows _timesteps;
    private readonly DeviceRows _outputs;
    private readonly RowViews _flatSamples;
    private readonly RowViews _flatOutputs;
    private readonly LatentShape _shape;
    private readonly ConditioningTable[] _conditionings;

    // One for each number of rows, so at most as many as there are rows.
    private readonly Dictionary<int, (GraphBinding Binding, CudaGraphRecording? Recording)> _bindings = [];

    public DeviceUNet(OnnxGraph graph, LatentShape shape, ConditioningTable[] conditionings, int capacity)
    {
        _graph = graph;
        _shape = shape;
        _conditionings = conditionings;
        _samplePort = graph.Input("sample");
        _timestepPort = graph.Input("timestep");
        _outputPort = graph.FirstOutput();
        _samples = DeviceRows.ForInput(graph, _samplePort, capacity, shape.Channels, shape.Height, shape.Width);
        _timesteps = DeviceRows.ForInput(graph, _timestepPort, capacity);
        _outputs = DeviceRows.ForOutput(graph, _outputPort, capacity, shape.Channels, shape.Height, shape.Width);
        _flatSamples = new RowViews(capacity, rows => _samples.View(0, rows, shape.Length));
        _flatOutputs = new RowViews(capacity, rows => _outputs.View(0, rows, shape.Length));
    }

    public TensorElementType SampleType => _samplePort.Type;

    public TensorElementType TimestepType => _timestepPort.Type;

    public TensorElementType OutputType => _outputPort.Type;

    /// <summary>How many runs are bound.</summary>
    public int BindingCount => _bindings.Count;

    // Older exports take one timestep for the whole batch, as a rank-0 tensor or one of a fixed length of 1.
    private bool OneTimestep => _timestepPort.Dimensions is [] or [1];

    /// <summary>The samples to write before a run, [rows, latent].</summary>
    public OrtValue Samples(int rows) => _flatSamples.First(rows);

    /// <summary>The timesteps to write before a run, [rows].</summary>
    public OrtValue Timesteps(int rows) => _timesteps.First(rows);

    /// <summary>What the last run said, [rows, latent].</summary>
    public OrtValue Outputs(int rows) => _flatOutputs.First(rows);

    /// <summary>Runs the network over the first rows.</summary>
    /// <param name="timesteps">The timestep of each row, which <see cref="Timesteps"/> holds as well.</param>
    /// <param name="cancellationToken">Gives up; not within a run that records.</param>
    public void Run(ReadOnlySpan<float> timesteps, CancellationToken cancellationToken)
    {
        if (!OneTimestep)
        {
            RunTogether(timesteps.Length, cancellationToken);
            return;
        }

        var from = 0;
        while (from < timesteps.Length)
        {
            var rest = timesteps[from..];
            var other = rest.IndexOfAnyExcept(rest[0]);
            var rows = other < 0 ? rest.Length : other;
            RunGroup(from, rows, cancellationToken);
            from += rows;
        }
    }

    public void Dispose()
    {
        foreach (var (binding, _) in _bindings.Values)
            binding.Dispose();
        _flatSamples.Dispose();
        _flatOutputs.Dispose();
        _samples.Dispose();
        _timesteps.Dispose();
        _outputs.Dispose();
    }

    private void RunTogether(int rows, CancellationToken cancellationToken)
    {
        if (!_bindings.TryGetValue(rows, out var bound))
            _bindings.Add(rows, bound = (Bind(rows), _graph.Recordings?.Next()));
        if (bound.Recording is not { } recording)
        {
            _graph.Run(bound.Binding, cancellationToken);
            return;
        }

        if (!recording.StartAlone(Environment.CurrentManagedThreadId))
        {
            _graph.Run(bound.Binding, cancellationToken, recording.Id);
            return;
        }

        // A run cut off while it records would leave half a recording behind.
        using var _ = CaptureGate.EnterAlone();
        _graph.Run(bound.Binding, CancellationToken.None, recording.Id);
    }

    private GraphBinding Bind(int rows)
    {
        var binding = _graph.CreateBinding(inDeviceMemory: true);
        binding.BindInput(_samplePort.Name, _samples.First(rows));
        binding.BindInput(_timestepPort.Name, _timesteps.First(rows));
        foreach (var conditioning in _conditionings)
            binding.BindInput(conditioning.Name, conditioning.First(rows));
        binding.BindOutput(_outputPort.Name, _outputs.First(rows));
        return binding;
    }

    // Bound for this run alone: the groups that may come up are as many as pairs of rows.
    private void RunGroup(int from, int rows, CancellationToken cancellationToken)
    {
        var views = new List<OrtValue>();
        using var binding = _graph.CreateBinding(inDeviceMemory: true);
        try
        {
            binding.BindInput(_samplePort.Name, Kept(_samples.View(from, rows, _shape.Channels, _shape.Height, _shape.Width)));
            binding.BindInput(_timestepPort.Name, Kept(_timesteps.View(from, [.. _timestepPort.Dimensions])));
            foreach (var conditioning in _conditionings)
                binding.BindInput(conditioning.Name, Kept(conditioning.View(from, rows)));
            binding.BindOutput(_outputPort.Name, Kept(_outputs.View(from, rows, _shape.Channels, _shape.Height, _shape.Width)));
            _graph.Run(binding, cancellationToken);
        }
        finally
        {
            foreach (var view in views)
                view.Dispose();
        }

        OrtValue Kept(OrtValue view)
        {
            views.Add(view);
            return view;
        }
    }
}
