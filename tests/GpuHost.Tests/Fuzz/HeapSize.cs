namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Managed memory in use after a full collection, in bytes.</summary>
/// <param name="Small">Objects below 85,000 bytes.</param>
/// <param name="Large">The others. Array pools keep some of theirs, so this moves by tens of megabytes without any leak.</param>
internal readonly record struct HeapSize(long Small, long Large)
{
    private const int LargeObjects = 3;

    public static HeapSize Now()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var generations = GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo;
        var (small, large) = (0L, 0L);
        for (var i = 0; i < generations.Length; i++)
        {
            var used = generations[i].SizeAfterBytes - generations[i].FragmentationAfterBytes;
            if (i == LargeObjects)
                large += used;
            else
                small += used;
        }

        return new HeapSize(small, large);
    }

    public static HeapSize operator -(HeapSize a, HeapSize b) => new(a.Small - b.Small, a.Large - b.Large);
}
