using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Aigc.Benchmarks;

/// <summary>What the Durable hop costs: pictures of several sizes through a running Functions app, from the request to its answer.</summary>
internal static class FunctionsBenchmark
{
    private const int Rounds = 40;
    private const int WarmUps = 10;

    public static async Task RunAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        Console.WriteLine($"a new picture of 2 steps, enhanced, from the request to its answer, medians of {Rounds}, in ms:");
        Console.WriteLine("  pixels    KiB   total   compute   encode and store   the rest");
        // Small ones again at the end: what the first of all pay for must not be told as a matter of size.
        foreach (var side in (int[])[64, 128, 256, 64])
        {
            for (var i = 0; i < WarmUps; i++)
                await PictureAsync(client, side).ConfigureAwait(false);
            var samples = new List<Sample>();
            for (var i = 0; i < Rounds; i++)
                samples.Add(await PictureAsync(client, side).ConfigureAwait(false));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {samples[0].Width,6} {Median(s => s.Bytes) / 1024,6:F0} {Median(s => s.TotalMs),7:F0} {Median(s => s.ComputeMs),9:F0} {Median(s => s.KeepMs),18:F0} {Median(s => s.TotalMs - s.ComputeMs - s.KeepMs),10:F0}"));

            double Median(Func<Sample, double> figure) => Figures.Median(samples.Select(figure));
        }
    }

    private static async Task<Sample> PictureAsync(HttpClient client, int side)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await client.PostAsJsonAsync(
            "api/generations?wait=60",
            new { prompt = "two red hearts on a white background", width = side, height = side, steps = 2, seed = RandomNumberGenerator.GetInt32(int.MaxValue) })
            .ConfigureAwait(false);
        var text = await response.Content.ReadAsStringAsync().ConfigureAwait(false);
        var total = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        using var document = JsonDocument.Parse(text);
        var status = document.RootElement;
        if (!response.IsSuccessStatusCode || status.GetProperty("state").GetString() != "completed")
            throw new InvalidOperationException($"the app answered {(int)response.StatusCode}: {text}");
        var ledger = status.GetProperty("ledger");
        var picture = status.GetProperty("pictures")[0];
        return new Sample(
            total,
            ledger.GetProperty("computeMs").GetDouble(),
            ledger.GetProperty("encodeMs").GetDouble() + ledger.GetProperty("storeMs").GetDouble(),
            picture.GetProperty("width").GetInt32(),
            long.Parse(picture.GetProperty("picture").GetString()!.Split(':')[3], CultureInfo.InvariantCulture));
    }

    private sealed record Sample(double TotalMs, double ComputeMs, double KeepMs, int Width, double Bytes);
}
