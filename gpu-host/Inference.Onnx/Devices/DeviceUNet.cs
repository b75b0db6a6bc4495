using Aigc.Inference.Models;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>The denoising network with its inputs and output in device memory, at addresses that never change.</summary>
internal sealed class DeviceUNet : IDisposable
{
    private readonly OnnxGraph _graph;
    private readonly UNetSignature _signature;
    private readonly DeviceRows _samples;
    private readonly DeviceRows _timesteps;
    private readonly DeviceRows _outputs;
    private readonly RowViews _flatSamples;
    private readonly RowViews _flatOutputs;
    private readonly LatentShape _shape;
    private readonly ConditioningTable[] _conditionings;

    // One for each number of rows, so at most as many as there are rows.
    private readonly Dictionary<int, (GraphBinding Binding, CudaGraphRecording? Recording)> _bindings = [];

    /// <summary>Allocates what the network reads and writes.</summary>
    /// <param name="graph">The denoising network.</param>
    /// <param name="signature">What it takes.</param>
    /// <param name="shape">The shape of its latents.</param>
    /// <param name="conditionings">Its inputs beside sample and timestep.</param>
    /// <param name="capacity">The most rows of a run.</param>
    /// <param name="owner">Disposes of the memory, after this.</param>
    public DeviceUNet(
        OnnxGraph graph, UNetSignature signature, LatentShape shape, ConditioningTable[] conditionings, int capacity, Ownership owner)
    {
        (_graph, _signature, _shape, _conditionings) = (graph, signature, shape, conditionings);
        _samples = owner.Add(DeviceRows.ForInput(graph, signature.Sample, capacity, shape.Channels, shape.Height, shape.Width));
        _timesteps = owner.Add(DeviceRows.ForInput(graph, signature.Timestep, capacity));
        _outputs = owner.Add(DeviceRows.ForOutput(graph, signature.Output, capacity, shape.Channels, shape.Height, shape.Width));
        _flatSamples = owner.Add(new RowViews(capacity, rows => _samples.View(0, rows, shape.Length)));
        _flatOutputs = owner.Add(new RowViews(capacity, rows => _outputs.View(0, rows, shape.Length)));
    }

    /// <summary>How many runs are bound.</summary>
    public int BindingCount => _bindings.Count;

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
        if (!_signature.OneTimestep)
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
        binding.BindInput(_signature.Sample.Name, _samples.First(rows));
        binding.BindInput(_signature.Timestep.Name, _timesteps.First(rows));
        foreach (var conditioning in _conditionings)
            binding.BindInput(conditioning.Name, conditioning.First(rows));
        binding.BindOutput(_signature.Output.Name, _outputs.First(rows));
        return binding;
    }

    // Bound for this run alone: the groups that may come up are as many as pairs of rows.
    private void RunGroup(int from, int rows, CancellationToken cancellationToken)
    {
        var views = new List<OrtValue>();
        using var binding = _graph.CreateBinding(inDeviceMemory: true);
        try
        {
            binding.BindInput(_signature.Sample.Name, Kept(_samples.View(from, rows, _shape.Channels, _shape.Height, _shape.Width)));
            binding.BindInput(_signature.Timestep.Name, Kept(_timesteps.View(from, [.. _signature.Timestep.Dimensions])));
            foreach (var conditioning in _conditionings)
                binding.BindInput(conditioning.Name, Kept(conditioning.View(from, rows)));
            binding.BindOutput(_signature.Output.Name, Kept(_outputs.View(from, rows, _shape.Channels, _shape.Height, _shape.Width)));
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
