using Aigc.Inference.Faults;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>A small graph made here, that reads and writes memory of the host and of the device alike.</summary>
/// <remarks>
/// It runs on values and not on a binding: such a run copies to and from the device by itself, at each run, and waits for it.
/// </remarks>
internal sealed class ArithmeticGraph : IDisposable
{
    private readonly InferenceSession _session;

    public ArithmeticGraph(OnnxWriter graph, OnnxDevice device)
    {
        using var _ = CaptureGate.EnterBesideOthers();
        using var options = device.CreateSessionOptions(GraphUse.Arithmetic);
        _session = new InferenceSession(graph.ToArray(), options);
    }

    /// <summary>Runs it.</summary>
    /// <param name="inputs">In the order that the graph declares them.</param>
    /// <param name="outputs">Likewise; their memory is written.</param>
    public void Run(OrtValue[] inputs, params OrtValue[] outputs)
    {
        using var _ = CaptureGate.EnterBesideOthers();
        using var run = new RunOptions();
        try
        {
            _session.Run(run, _session.InputNames, inputs, _session.OutputNames, outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InferenceException(
                InferenceFault.DeviceUnavailable,
                $"the device failed between two runs of the denoiser ({e.Message}): its memory ran out, or it was lost; "
                + "ask for smaller batches, or restart the host",
                innerException: e);
        }
    }

    public void Dispose() => _session.Dispose();
}
