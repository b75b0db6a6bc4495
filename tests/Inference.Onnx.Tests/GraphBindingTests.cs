using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx.Tests;

public sealed class GraphBindingTests
{
    // On the processors both read the memory itself; on a device only the one that binds again sees what has changed.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ready_InputChangedSinceTheLastRun_IsReadAnew(bool bindsAgain)
    {
        OnnxEnvironment.Ensure(Environment.ProcessorCount);
        var graph = new OnnxWriter().Input("x", TensorElementType.Float, 2).Output("y", TensorElementType.Float, 2).Node("Neg", ["x"], "y");
        using var options = new SessionOptions();
        options.DisablePerSessionThreads();
        using var session = new InferenceSession(graph.ToArray(), options);
        using var run = new RunOptions();
        var (from, to) = (GC.AllocateArray<float>(2, pinned: true), GC.AllocateArray<float>(2, pinned: true));
        using var x = OrtValue.CreateTensorValueFromMemory(from, [2]);
        using var y = OrtValue.CreateTensorValueFromMemory(to, [2]);
        using var binding = new GraphBinding(session.CreateIoBinding(), bindsAgain);
        binding.BindInput("x", x);
        binding.BindOutput("y", y);
        for (var round = 1; round <= 2; round++)
        {
            from.AsSpan().Fill(round);
            session.RunWithBinding(run, binding.Ready());
            Assert.Equal([-round, -round], to);
        }
    }
}
