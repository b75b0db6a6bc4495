using System.Diagnostics;
using System.Net.Http.Json;

namespace Aigc.Benchmarks.Transport;

/// <summary>JSON over HTTP/1.1, bytes as base64, all of them through the caller.</summary>
/// <param name="name">Its name in the table.</param>
/// <param name="services">One for each stage.</param>
/// <param name="pooled">Whether connections are kept; else each call opens its own.</param>
internal sealed class RestTransport(string name, Uri[] services, bool pooled) : ITransport
{
    private readonly HttpClient? _pool = pooled ? new HttpClient() : null;

    public string Name => name;

    public async Task<TransportCall> MakeAsync(long seed, int size)
    {
        var start = Stopwatch.GetTimestamp();
        var embedding = await PostAsync(new Uri(services[0], "understand"), new RestText(Samples.Prompt(seed))).ConfigureAwait(false);
        var noise = new RestEmbedding(embedding.Made, Samples.Base(size));
        var drawn = await PostAsync(new Uri(services[1], "generate"), noise).ConfigureAwait(false);
        var made = await PostAsync(new Uri(services[2], "enhance"), new RestPicture(drawn.Made)).ConfigureAwait(false);
        var tookMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Samples.Check(made.Made, size);
        return new TransportCall(tookMs - embedding.BusyMs - drawn.BusyMs - made.BusyMs, StoreMs: 0);
    }

    public ValueTask DisposeAsync()
    {
        _pool?.Dispose();
        return default;
    }

    private async Task<StageAnswer> PostAsync<T>(Uri address, T message)
    {
        if (_pool is not null)
            return await PostAsync(_pool, address, message).ConfigureAwait(false);
        using var client = new HttpClient();
        return await PostAsync(client, address, message).ConfigureAwait(false);
    }

    private static async Task<StageAnswer> PostAsync<T>(HttpClient client, Uri address, T message)
    {
        using var response = await client.PostAsJsonAsync(address, message).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<StageAnswer>().ConfigureAwait(false))!;
    }
}
