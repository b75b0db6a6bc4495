namespace Aigc.Inference.Onnx.Devices;

/// <summary>Lets runs pass side by side, and a recording of a CUDA graph only alone: one gate for the process.</summary>
/// <remarks>
/// ONNX Runtime records in CUDA's global mode, in which another thread that allocates device memory or waits for a stream fails and spoils
/// the recording, whichever model it works on.
/// </remarks>
internal static class CaptureGate
{
    // A thread that is in alone goes through once more for the run itself.
    private static readonly ReaderWriterLockSlim _lock = new(LockRecursionPolicy.SupportsRecursion);

    /// <summary>Waits until nothing is recorded; dispose to leave, on the same thread.</summary>
    public static Passage EnterBesideOthers()
    {
        _lock.EnterReadLock();
        return new Passage(alone: false);
    }

    /// <summary>Waits until nothing else runs; dispose to leave, on the same thread.</summary>
    public static Passage EnterAlone()
    {
        _lock.EnterWriteLock();
        return new Passage(alone: true);
    }

    internal readonly ref struct Passage(bool alone)
    {
        public void Dispose()
        {
            if (alone)
                _lock.ExitWriteLock();
            else
                _lock.ExitReadLock();
        }
    }
}
