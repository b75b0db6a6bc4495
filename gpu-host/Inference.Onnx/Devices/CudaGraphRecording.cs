namespace Aigc.Inference.Onnx.Devices;

/// <summary>One CUDA graph, on its way from the runs that warm its memory up to its replays.</summary>
internal sealed class CudaGraphRecording(int id)
{
    /// <summary>ONNX Runtime lets two runs allocate what they need and records the third.</summary>
    public const int RunsUntilRecorded = 3;

    private int _thread;
    private int _runs;

    /// <summary>What the run option names it by; 0 is the runtime's own.</summary>
    public int Id => id;

    /// <summary>Counts a run, and says whether nothing else may use the device beside it.</summary>
    /// <param name="thread">The thread it is on: the runtime keeps recordings by thread, and begins again on another.</param>
    public bool StartAlone(int thread)
    {
        if (_thread != thread)
            (_thread, _runs) = (thread, 0);
        if (_runs == RunsUntilRecorded)
            return false;
        _runs++;
        return true;
    }
}
