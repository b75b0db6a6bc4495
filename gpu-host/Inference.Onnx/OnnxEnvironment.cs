using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>The process's one ONNX Runtime environment.</summary>
internal static class OnnxEnvironment
{
    /// <summary>The session's entry that makes it take host memory from the arena of all.</summary>
    public const string SharesArena = "session.use_env_allocators";

    // kSameAsRequested in ONNX Runtime's ArenaExtendStrategy.
    private const int ExtendAsRequested = 1;

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
            var environment = OrtEnv.CreateInstanceWithOptions(ref options);
            // One arena for all graphs, which take turns with it: an arena a graph, and one that doubles at each extension, the default,
            // goes on growing for as long as new mixes of shapes and rows come up.
            using var memory = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
            using var arena = new OrtArenaCfg(maxMemory: 0, ExtendAsRequested, initialChunkSizeBytes: -1, maxDeadBytesPerChunk: -1);
            environment.CreateAndRegisterAllocator(memory, arena);
        }
    }
}
