using System.Collections.Concurrent;
using Aigc.Inference.Onnx.Devices;

namespace Aigc.Inference.Onnx.Tests.Devices;

public sealed class CudaGraphRecordingTests
{
    [Fact]
    public void StartAlone_UntilItIsRecorded_AndAgainOnAnotherThread()
    {
        var recording = new CudaGraphRecording(7);
        bool Start(int thread) => recording.StartAlone(thread);
        Assert.Equal([true, true, true, false, false], [Start(1), Start(1), Start(1), Start(1), Start(1)]);
        Assert.Equal([true, true, true, false], [Start(2), Start(2), Start(2), Start(2)]);
        Assert.Equal(7, recording.Id);
    }

    [Fact]
    public void Next_ManyAreAskedFor_NumbersFromOneAndStopsAtTheMost()
    {
        var recordings = new CudaGraphRecordings();
        var ids = Enumerable.Range(0, 40).Select(_ => recordings.Next()?.Id).ToArray();
        Assert.Equal([.. Enumerable.Range(1, CudaGraphRecordings.Most)], ids.OfType<int>());
        Assert.Null(ids[^1]);
    }

    [Theory]
    [InlineData(1, 16, 1)]
    [InlineData(3, 16, 4)]
    [InlineData(8, 16, 8)]
    [InlineData(9, 16, 16)]
    [InlineData(9, 12, 12)]
    public void Padded_AnyRows_IsAPowerOfTwoOrTheCapacity(int rows, int capacity, int padded) =>
        Assert.Equal(padded, RowPadding.Padded(rows, capacity));

    [Fact]
    public void EnterAlone_OthersAreWithin_WaitsForThem()
    {
        var order = new ConcurrentQueue<string>();
        using var asks = new ManualResetEventSlim();
        Thread recording;
        using (CaptureGate.EnterBesideOthers())
        {
            recording = new Thread(() =>
            {
                asks.Set();
                using var alone = CaptureGate.EnterAlone();
                // The run within goes through the gate once more.
                using var again = CaptureGate.EnterBesideOthers();
                order.Enqueue("records");
            });
            recording.Start();
            asks.Wait();
            order.Enqueue("leaves");
        }

        recording.Join();
        Assert.Equal(["leaves", "records"], order);
    }
}
