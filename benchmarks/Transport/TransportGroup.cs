using System.Diagnostics;

namespace Aigc.Benchmarks.Transport;

/// <summary>Every way on one network, with one compute.</summary>
internal sealed class TransportGroup(IBenchmarkNetwork network, ServerProcess server, IReadOnlyList<ITransport> transports, string store)
{
    // More than what the runtime counts before it compiles a method for good.
    private const int WarmUp = 150;

    // Of all callers together; a large picture takes long, and a middle one of three says little.
    private const int LeastCalls = 12;

    private static long _seed = 1;

    /// <summary>Lets every way come to its own speed.</summary>
    public async Task WarmAsync(int size)
    {
        foreach (var transport in transports)
        {
            for (var i = 0; i < WarmUp; i++)
                await transport.MakeAsync(Interlocked.Increment(ref _seed), size).ConfigureAwait(false);
        }

        Empty();
    }

    /// <summary>Takes each way through each size in turn.</summary>
    /// <param name="callers">How many ask at the same time, each for one picture after another.</param>
    /// <param name="sizes">Width and height of the finished pictures, in pixels.</param>
    /// <param name="length">How long each goes on at least.</param>
    public async Task<IReadOnlyList<TransportFigures>> RunAsync(int callers, IReadOnlyList<int> sizes, TimeSpan length)
    {
        var figures = new List<TransportFigures>();
        foreach (var size in sizes)
        {
            foreach (var transport in transports)
            {
                for (var i = 0; i < 3; i++)
                    await transport.MakeAsync(Interlocked.Increment(ref _seed), size).ConfigureAwait(false);
                figures.Add(await MeasureAsync(transport, callers, size, length).ConfigureAwait(false));
                Empty();
            }
        }

        return figures;
    }

    private async Task<TransportFigures> MeasureAsync(ITransport transport, int callers, int size, TimeSpan length)
    {
        var (bytes, processor) = (network.Bytes, ProcessorTime());
        var start = Stopwatch.GetTimestamp();
        var each = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallerAsync))).ConfigureAwait(false);
        var calls = each.SelectMany(static mine => mine).ToArray();
        return new TransportFigures(
            transport.Name,
            size,
            calls.Length,
            Figures.Median(calls.Select(static c => c.OverheadMs)),
            Figures.Quantile(calls.Select(static c => c.OverheadMs), .99),
            Figures.Median(calls.Select(static c => c.StoreMs)),
            (double)(network.Bytes - bytes) / calls.Length,
            (ProcessorTime() - processor).TotalMilliseconds / calls.Length);

        async Task<List<TransportCall>> CallerAsync()
        {
            var mine = new List<TransportCall>();
            do
            {
                mine.Add(await transport.MakeAsync(Interlocked.Increment(ref _seed), size).ConfigureAwait(false));
            }
            while (Stopwatch.GetElapsedTime(start) < length || mine.Count * callers < LeastCalls);
            return mine;
        }
    }

    private TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime + server.ProcessorTime;
    }

    /// <summary>Deletes what was stored: nobody asks for it again.</summary>
    private void Empty()
    {
        if (Directory.Exists(store))
            Directory.Delete(store, recursive: true);
    }
}
