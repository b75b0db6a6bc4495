using System.Diagnostics;
using Grpc.Net.Client;

namespace Aigc.Benchmarks.Transport;

/// <summary>gRPC with bytes in the messages, all of them through the caller.</summary>
/// <param name="name">Its name in the table.</param>
/// <param name="services">One for each stage.</param>
/// <param name="pooled">Whether channels are kept; else each call opens its own.</param>
internal sealed class PayloadTransport(string name, Uri[] services, bool pooled) : ITransport
{
    private readonly GrpcChannel[]? _pool = pooled ? [.. services.Select(Open)] : null;

    public string Name => name;

    public async Task<TransportCall> MakeAsync(long seed, int size)
    {
        var start = Stopwatch.GetTimestamp();
        var text = new PayloadText { Prompt = Samples.Prompt(seed) };
        var embedding = await CallAsync(0, client => client.UnderstandAsync(text).ResponseAsync).ConfigureAwait(false);
        var noise = new PayloadEmbedding { Embedding = embedding.Made, Size = Samples.Base(size) };
        var drawn = await CallAsync(1, client => client.GenerateAsync(noise).ResponseAsync).ConfigureAwait(false);
        var picture = new PayloadPicture { Picture = drawn.Made };
        var made = await CallAsync(2, client => client.EnhanceAsync(picture).ResponseAsync).ConfigureAwait(false);
        var tookMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Samples.Check(made.Made.Span, size);
        return new TransportCall(tookMs - embedding.BusyMs - drawn.BusyMs - made.BusyMs, StoreMs: 0);
    }

    public ValueTask DisposeAsync()
    {
        foreach (var channel in _pool ?? [])
            channel.Dispose();
        return default;
    }

    private static GrpcChannel Open(Uri address) =>
        GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });

    private async Task<PayloadBytes> CallAsync(int stage, Func<PayloadStages.PayloadStagesClient, Task<PayloadBytes>> call)
    {
        if (_pool is not null)
            return await call(new PayloadStages.PayloadStagesClient(_pool[stage])).ConfigureAwait(false);
        using var channel = Open(services[stage]);
        return await call(new PayloadStages.PayloadStagesClient(channel)).ConfigureAwait(false);
    }
}
