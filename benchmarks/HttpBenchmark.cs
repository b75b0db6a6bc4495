using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.Benchmarks;

/// <summary>What <c>serve</c> bears: probes under load, the memory of streams, and when the first preview is there.</summary>
internal static class HttpBenchmark
{
    private const int Streams = 200;
    private const int MoreStreams = 1000;
    private const int Generating = 8;
    private const int Probes = 400;
    private const int Previews = 10;

    public static async Task RunAsync()
    {
        var server = await ServeProcess.StartReadyAsync().ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            await FirstPreviewAsync(server).ConfigureAwait(false);
            await LoadAsync(server).ConfigureAwait(false);
        }
    }

    private static async Task FirstPreviewAsync(ServeProcess server)
    {
        var shares = new List<double>();
        for (var i = 0; i < Previews; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var body = new { prompt = "two red hearts on a white background", seed = 1000 + i, previews = 2 };
            var id = await StartAsync(server, body).ConfigureAwait(false);
            var preview = await FollowAsync(server, id, "preview").ConfigureAwait(false);
            var first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            await FollowAsync(server, id, "done").ConfigureAwait(false);
            // Timed by one clock, the stream's: a preview that never came counts as the whole.
            shares.Add(preview ? first / Stopwatch.GetElapsedTime(start).TotalMilliseconds : 1);
        }

        Print($"first preview of a picture of the default settings, as a share of its whole time, median of {Previews}:");
        Print($"  {Figures.Median(shares):P0} (goal 20 %)");
    }

    private static async Task LoadAsync(ServeProcess server)
    {
        var idle = await ProbeAsync(server).ConfigureAwait(false);
        var jobs = new List<string>();
        for (var i = 0; i < Generating; i++)
        {
            var body = new { prompt = "a blue circle", seed = i, width = 256, height = 256, steps = 999, n = 4, enhance = false };
            jobs.Add(await StartAsync(server, body).ConfigureAwait(false));
        }

        var generating = await ProbeAsync(server).ConfigureAwait(false);
        using var open = new Connections();
        await OpenAsync(server, open, jobs, Streams).ConfigureAwait(false);
        var loaded = await ProbeAsync(server).ConfigureAwait(false);
        var before = ResidentBytes(server);
        await OpenAsync(server, open, jobs, MoreStreams).ConfigureAwait(false);
        var after = ResidentBytes(server);
        // What has ended by now would have been measured as if it went on.
        foreach (var id in jobs)
        {
            using var answer = await server.Client.PostAsync(new Uri($"api/generations/{id}/cancel", UriKind.Relative), content: null)
                .ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
        }

        Print($"/healthz, median and 99th percentile of {Probes}, in ms:");
        Print($"  nothing else                          {Words(idle)}");
        Print($"  {Generating} generating                          {Words(generating)}");
        Print($"  {Generating} generating, {Streams} streams of events   {Words(loaded)}");
        Print($"memory a stream, of {MoreStreams} more: {(after - before) / MoreStreams / 1024.0:F0} KiB resident");
    }

    private static async Task<double[]> ProbeAsync(ServeProcess server)
    {
        var times = new double[Probes];
        for (var i = 0; i < Probes; i++)
        {
            var start = Stopwatch.GetTimestamp();
            using var answer = await server.Client.GetAsync(new Uri("healthz", UriKind.Relative)).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return times;
    }

    private static async Task<string> StartAsync(ServeProcess server, object body)
    {
        using var answer = await server.Client.PostAsJsonAsync(new Uri("api/generations", UriKind.Relative), body).ConfigureAwait(false);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>().ConfigureAwait(false);
        return json.GetProperty("id").GetString()!;
    }

    private static async Task OpenAsync(ServeProcess server, Connections open, List<string> jobs, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var answer = await server.Client.GetAsync(
                new Uri($"api/generations/{jobs[i % jobs.Count]}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
            open.Add(answer);
            // Read on, or the stream is held up in this process and not in that one.
            _ = DrainAsync(answer);
        }
    }

    private static async Task DrainAsync(HttpResponseMessage answer)
    {
        try
        {
            await answer.Content.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Let go of at the end.
        }
    }

    /// <returns>False where the stream ended before an event of that name.</returns>
    private static async Task<bool> FollowAsync(ServeProcess server, string id, string until)
    {
        using var answer = await server.Client.GetAsync(
            new Uri($"api/generations/{id}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync().ConfigureAwait(false));
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line == $"event: {until}")
                return true;
        }

        return false;
    }

    private static long ResidentBytes(ServeProcess server)
    {
        using var process = Process.GetProcessById(server.Id);
        return process.WorkingSet64;
    }

    private static string Words(double[] times) => string.Create(
        CultureInfo.InvariantCulture, $"{Figures.Median(times),6:F2} {Figures.Quantile(times, .99),7:F2}");

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private sealed class Connections : IDisposable
    {
        private readonly List<HttpResponseMessage> _answers = [];

        public void Add(HttpResponseMessage answer) => _answers.Add(answer);

        public void Dispose()
        {
            foreach (var answer in _answers)
                answer.Dispose();
        }
    }
}
