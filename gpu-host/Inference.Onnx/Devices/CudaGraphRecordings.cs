namespace Aigc.Inference.Onnx.Devices;

/// <summary>Numbers the CUDA graphs that a session records. It keeps every one for as long as it lives, so they are few.</summary>
internal sealed class CudaGraphRecordings
{
    /// <summary>Some four shapes, of five to eight numbers of rows each.</summary>
    public const int Most = 32;

    private int _made;

    /// <summary>Reserves a recording, to be replayed over the same memory and shapes only; null where there are enough of them.</summary>
    public CudaGraphRecording? Next() => Interlocked.Increment(ref _made) is var id and <= Most ? new CudaGraphRecording(id) : null;
}
