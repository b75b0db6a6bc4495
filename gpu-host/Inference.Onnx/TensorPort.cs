using Microsoft.ML.OnnxRuntime.Tensors;

namespace Aigc.Inference.Onnx;

/// <summary>An input or output of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type.</param>
/// <param name="Dimensions">Its shape; -1 where it is dynamic.</param>
internal readonly record struct TensorPort(string Name, TensorElementType Type, int[] Dimensions);
