using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aigc.Inference.Imaging;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

public sealed class ServeTests : StandaloneTest
{
    [Fact]
    public async Task Serve_Prompt_GivesThePictureThatTheCommandMakes()
    {
        await using var server = await ServeProcess.StartReadyAsync(Data);

        using var probe = await server.Client.GetAsync(new Uri("readyz", UriKind.Relative));
        using var answer = await PostAsync(server, "?wait=60", new { prompt = "a red circle", seed = 3, steps = 4 });
        var job = await JsonAsync(answer);
        var bytes = await server.Client.GetByteArrayAsync(new Uri(Url(job), UriKind.Relative));
        var metrics = await server.Client.GetStringAsync(new Uri("metrics", UriKind.Relative));
        var code = await server.EndAsync();

        Assert.Matches("aigc_jobs_total\\{[^}]*aigc_job_state=\"completed\"[^}]*\\} 1", metrics);
        Assert.Contains("aigc_job_overhead_seconds_count", metrics, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (probe.StatusCode, answer.StatusCode));
        Assert.True(answer.Headers.Contains("Server-Timing"));
        Assert.Equal(512, PictureDecoder.Decode(bytes).Width);
        Assert.Equal(0, code);
        var command = await RunAsync("a red circle", "--seed", "3", "--steps", "4");
        Assert.Contains("(found, not made again)", command.Output, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Out))));
    }

    [Fact]
    public async Task Serve_EndedInMidJob_IsTakenUpAtTheNextStartAndFollowedOnFromWhereItWas()
    {
        string id, last;
        await using (var server = await ServeProcess.StartReadyAsync(Data))
        {
            using var started = await PostAsync(server, "", new { prompt = "a green heart", n = 32, seed = 1, plan = "staged" });
            id = (await JsonAsync(started)).GetProperty("id").GetString()!;
            last = (await EventAsync(server, id, lastId: null, until: "picture")).Id;
            Assert.Equal(0, await server.EndAsync());
        }

        await using var next = await ServeProcess.StartReadyAsync(Data);
        var done = await EventAsync(next, id, last, until: "done");

        Assert.Contains("Taking up unfinished jobs: 1.", next.Output, StringComparison.Ordinal);
        Assert.Equal("completed", done.Data.GetProperty("state").GetString());
        Assert.Equal(32, done.Data.GetProperty("pictures").GetArrayLength());
        Assert.InRange(done.Pictures, 0, 31);
        Assert.Equal(0, await next.EndAsync());
    }

    [Fact]
    public async Task Serve_PortTakenOrOpenWithoutKeys_SaysSoInOneLine()
    {
        await using var server = await ServeProcess.StartReadyAsync(Data);

        var taken = await StandaloneProcess.RunAsync("serve", "--data", Data, "--urls", server.Client.BaseAddress!.ToString());
        var open = await StandaloneProcess.RunAsync("serve", "--data", Data, "--urls", "http://0.0.0.0:0");

        Assert.Equal((1, 2), (taken.ExitCode, open.ExitCode));
        Assert.StartsWith("error: ", Assert.Single(taken.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Contains("--port", taken.Error, StringComparison.Ordinal);
        Assert.Contains("--key-file", Assert.Single(open.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(ServeProcess server, string query, object body) =>
        server.Client.PostAsJsonAsync(new Uri($"api/generations{query}", UriKind.Relative), body);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync());

    private static string Url(JsonElement job) => job.GetProperty("pictures")[0].GetProperty("url").GetString()!;

    private static async Task<(string Id, JsonElement Data, int Pictures)> EventAsync(ServeProcess server, string id, string? lastId, string until)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/generations/{id}/events");
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        using var answer = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(limit.Token));
        var (name, at, pictures) = ("", "", 0);
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                at = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (!line.StartsWith("data: ", StringComparison.Ordinal))
                continue;
            else if (name == until)
                return (at, JsonElement.Parse(line[6..]), pictures);
            else if (name == "picture")
                pictures++;
        }

        throw new InvalidOperationException($"the stream ended before '{until}'");
    }
}
