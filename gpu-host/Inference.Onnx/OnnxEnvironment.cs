using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>The process's one ONNX Runtime environment.</summary>
internal static class OnnxEnvironment
{
    private static readonly Lock _gate = new();

    /// <summary>Creates the environment where there is none yet.</summary>
    public static void Ensure(int threads)
    {
        lock (_gate)
        {
            if (OrtEnv.IsCreated)
                return;
            // One pool for all graphs: the threads of a pool spin after a run, and would take the cores from the next graph's pool.
            using var threading = new OrtThreadingOptions { GlobalIntraOpNumThreads = threads, GlobalInterOpNumThreads = 1, GlobalSpinControl = true };
            var options = new EnvironmentCreationOptions { logId = "aigc", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, threadOptions = threading };
            OrtEnv.CreateInstanceWithOptions(ref options);
        }
    }
}
