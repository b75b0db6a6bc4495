using System.Net.Http.Headers;
using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

/// <summary><c>serve</c> over hosts says what they can do and how they are.</summary>
public sealed class ServeHostsTests : StandaloneTest
{
    // Nothing listens there.
    private const string Nobody = "http://127.0.0.1:1";

    [Fact]
    public async Task Serve_OneHostUpAndOneDown_SaysSoAndWhatTheirModelCanDo()
    {
        await using var host = await HostProcess.StartAsync("--Listen:ProbePort", "0", "--Store:Folder", Path.Combine(Data, "artifacts"));
        var address = host.Address.GetLeftPart(UriPartial.Authority);
        await using var server = await ServeProcess.StartReadyAsync(Data, "--hosts", $"{address},{Nobody}");

        var cold = await GetAsync(server, "api/hosts");
        var model = await GetAsync(server, "api/model");
        using var made = await server.Client.PostAsync(
            new Uri("api/generations?wait=60", UriKind.Relative),
            new StringContent("""{"prompt":"a red circle","steps":2}""", new MediaTypeHeaderValue("application/json")));
        var warm = await GetAsync(server, "api/hosts");
        // The look before is shared for a second.
        while (Text(warm.GetProperty("hosts")[0], "state") == "loading")
            warm = await GetAsync(server, "api/hosts");

        Assert.Equal([(address, "loading"), (Nobody, "down")], States(cold));
        Assert.Equal([(address, "up"), (Nobody, "down")], States(warm));
        Assert.Equal("connection refused", Text(warm.GetProperty("hosts")[1], "why"));
        Assert.StartsWith("CPU, ", warm.GetProperty("hosts")[0].GetProperty("devices")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("tiny-shapes", Text(model, "name"));
        var prompts = model.GetProperty("prompts").EnumerateArray().Select(prompt => prompt.GetString());
        Assert.Contains("three green stars on a black background", prompts);
        Assert.Equal(0, await server.EndAsync());
    }

    private static (string, string)[] States(JsonElement answer) =>
        [.. answer.GetProperty("hosts").EnumerateArray().Select(host => (Text(host, "name"), Text(host, "state")))];

    private static async Task<JsonElement> GetAsync(ServeProcess server, string path)
    {
        using var json = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri(path, UriKind.Relative)));
        return json.RootElement.Clone();
    }
}
