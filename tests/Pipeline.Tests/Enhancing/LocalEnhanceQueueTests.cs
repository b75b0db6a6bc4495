using System.Collections.Concurrent;
using Aigc.Pipeline.Enhancing;
using Aigc.TestKit;

namespace Aigc.Pipeline.Tests.Enhancing;

public sealed class LocalEnhanceQueueTests
{
    [Fact]
    public async Task Send_MoreThanAtOnce_AreTakenInOrderAsOthersEnd()
    {
        var (point, taken) = (new SyncPoint(), new ConcurrentQueue<string>());
        await using (var queue = new LocalEnhanceQueue(length: 8, atOnce: 1, async work =>
        {
            taken.Enqueue(work.JobId);
            await point.WaitToContinue();
        }))
        {
            foreach (var id in (string[])["a", "b", "c"])
                await queue.SendAsync(Work(id), default);
            await point.WaitForSyncPoint();
            Assert.Equal(["a"], taken);

            point.Continue();
        }

        Assert.Equal(["a", "b", "c"], taken);
    }

    [Fact]
    public async Task Send_QueueIsFull_WaitsForRoomUntilItGivesUp()
    {
        var point = new SyncPoint();
        await using var queue = new LocalEnhanceQueue(length: 1, atOnce: 1, _ => point.WaitToContinue());
        await queue.SendAsync(Work("taken"), default);
        await point.WaitForSyncPoint();
        await queue.SendAsync(Work("waiting"), default);
        using var given = new CancellationTokenSource();

        var third = queue.SendAsync(Work("no room"), given.Token).AsTask();
        var fourth = queue.SendAsync(Work("no room yet"), default).AsTask();
        Assert.False(third.IsCompleted || fourth.IsCompleted);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);

        point.Continue();
        await fourth;
    }

    private static EnhanceWork Work(string id) => new(id, [0], []);
}
