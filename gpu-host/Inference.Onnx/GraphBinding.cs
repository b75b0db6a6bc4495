using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>A graph's inputs and outputs bound to memory.</summary>
/// <param name="binding">Taken over.</param>
/// <param name="bindsAgain">
/// Whether inputs are bound anew for each run: ONNX Runtime copies an input that lies in the host's memory to the device when it is bound,
/// and never again.
/// </param>
internal sealed class GraphBinding(OrtIoBinding binding, bool bindsAgain) : IDisposable
{
    private readonly List<(string Name, OrtValue Value)> _inputs = [];

    public void BindInput(string name, OrtValue value)
    {
        if (bindsAgain)
            _inputs.Add((name, value));
        else
            binding.BindInput(name, value);
    }

    public void BindOutput(string name, OrtValue value) => binding.BindOutput(name, value);

    /// <summary>What a run takes, its inputs up to date.</summary>
    public OrtIoBinding Ready()
    {
        foreach (var (name, value) in _inputs)
            binding.BindInput(name, value);
        if (bindsAgain)
            binding.SynchronizeBoundInputs();
        return binding;
    }

    public void Dispose() => binding.Dispose();
}
