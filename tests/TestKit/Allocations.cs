namespace Aigc.TestKit;

/// <summary>Counts what code allocates once it runs in.</summary>
public static class Allocations
{
    private const int Rounds = 5;

    /// <summary>
    /// Bytes that <paramref name="action"/> allocates on this thread each time. The least of several rounds, since the
    /// runtime allocates now and then when it compiles a method anew; what the code itself allocates is in every round.
    /// </summary>
    public static long Of(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
