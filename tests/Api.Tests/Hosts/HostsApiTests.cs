using System.Net;
using System.Text.Json;
using Aigc.Pipeline.Hosts;

namespace Aigc.Api.Tests.Hosts;

public sealed class HostsApiTests
{
    [Fact]
    public async Task List_HostsUpAndDown_AnswersEachWithItsLoadOrWhyNot()
    {
        await using var host = new ApiHost();
        host.Monitor.Hosts =
        [
            new HostReport("http://a:1", HostCondition.Up)
            {
                QueuedSeconds = 2.5, Running = 3, Waiting = 2, FreeRows = 10, Devices = ["CUDA 0"],
            },
            new HostReport("http://b:1", HostCondition.Down) { Why = "connection refused" },
        ];

        using var answer = await host.Client.GetAsync(new Uri("api/hosts", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, "no-store"), (answer.StatusCode, answer.Headers.CacheControl!.ToString()));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            """{"hosts":[{"name":"http://a:1","state":"up","queuedSeconds":2.5,"running":3,"waiting":2,"freeRows":10"""
            + ""","devices":["CUDA 0"]},{"name":"http://b:1","state":"down","why":"connection refused","queuedSeconds":0"""
            + ""","running":0,"waiting":0,"freeRows":0,"devices":[]}]}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task List_NoHost_AnswersNone()
    {
        await using var host = new ApiHost();
        using var json = JsonDocument.Parse(await host.Client.GetStringAsync(new Uri("api/hosts", UriKind.Relative)));
        Assert.Equal(0, json.RootElement.GetProperty("hosts").GetArrayLength());
    }
}
