using System.Text;
using System.Text.Json;
using Aigc.Api.Generations;
using Aigc.Functions.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Functions.Tests.Http;

/// <summary>The native routes over the durable engine.</summary>
public sealed class DurableGenerationsTests
{
    [Fact]
    public async Task Start_Prompt_Answers202WithTheManagementPayloadAndRunsTheJob()
    {
        await using var host = new AppHost();
        var request = Request("""{"prompt":"a fox","n":2,"seed":7,"plan":"split"}""");

        var answer = Assert.IsType<ContentResult>(await GenerationsApi.StartAsync(
            request, host.Engine, id => new Dictionary<string, string> { ["statusQueryGetUri"] = $"http://hub/instances/{id}" }));

        var body = JsonDocument.Parse(answer.Content!).RootElement;
        var id = body.GetProperty("id").GetString()!;
        Assert.Equal(202, answer.StatusCode);
        Assert.Equal($"/api/generations/{id}", request.HttpContext.Response.Headers.Location);
        Assert.Equal("1", request.HttpContext.Response.Headers.RetryAfter);
        Assert.Equal($"http://hub/instances/{id}", body.GetProperty("statusQueryGetUri").GetString());
        await host.DoneAsync(id);
        var status = Assert.IsType<ContentResult>(await GenerationsApi.GetAsync(Request(), host.Engine, id));
        Assert.Equal("completed", JsonDocument.Parse(status.Content!).RootElement.GetProperty("state").GetString());
        var cancel = Assert.IsType<ContentResult>(await GenerationsApi.CancelAsync(Request(), host.Engine, id));
        Assert.Equal(409, cancel.StatusCode);
    }

    [Fact]
    public async Task Start_Wait_Answers200WithTheFinishedJob()
    {
        await using var host = new AppHost();

        var answer = await PostAsync(host, Request("""{"prompt":"a fox"}""", query: "?wait=60"));

        Assert.Equal(200, answer.StatusCode);
        Assert.Equal("completed", JsonDocument.Parse(answer.Content!).RootElement.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Start_KeyUsedForAnotherBody_Is409()
    {
        await using var host = new AppHost();

        var first = await PostAsync(host, Request("""{"prompt":"a fox"}""", key: "k", query: "?wait=60"));
        var same = await PostAsync(host, Request("""{"prompt":"a fox"}""", key: "k", query: "?wait=60"));
        var other = await PostAsync(host, Request("""{"prompt":"an owl"}""", key: "k"));

        Assert.Equal((200, 200, 409), (first.StatusCode, same.StatusCode, other.StatusCode));
        Assert.Single(host.Stages.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"prompt":null}""")]
    [InlineData("""{"prompt":"a","colour":"red"}""")]
    [InlineData("""{"prompt":"a","n":1000}""")]
    [InlineData("""{"prompt":"a","width":9}""")]
    [InlineData("""{"prompt":"a","plan":"magic"}""")]
    [InlineData("""{"prompt":"\ud800"}""")]
    [InlineData("""{"\ud800":"a"}""")]
    [InlineData("""{"prompt":"a"}""", "?wait=soon")]
    public async Task Start_BadInput_IsA400ProblemAndStartsNothing(string body, string query = "")
    {
        await using var host = new AppHost();

        var answer = await PostAsync(host, Request(body, query: query));

        Assert.Equal((400, "application/problem+json"), (answer.StatusCode, answer.ContentType));
        Assert.Empty(host.Durable.Client.GetAllInstancesAsync().ToBlockingEnumerable());
    }

    [Theory]
    [InlineData("{\n\"prompt\":", "line 2, byte 10")]
    [InlineData("""{"prompt":"a","colour":"red","n":1,"size":2}""", "unknown fields 'colour', 'size': there are prompt, negativePrompt")]
    [InlineData("""{"n":1}""", "field 'prompt' must be given")]
    [InlineData("""{"prompt":"a","n":"2","plan":"magic","enhance":1}""", "n is not a whole number of -2147483648 to 2147483647; plan is not one of fused, split, staged; enhance is not true or false")]
    [InlineData("""{"prompt":"a","format":3}""", "format is not one of png, jpeg, webp")]
    [InlineData("""{"prompt":null}""", "prompt is null")]
    [InlineData("""{"prompt":"a","prompt":"b"}""", "no JSON that can be read")]
    public async Task Start_BadBody_SaysWhichFieldAndWhatItTakes(string body, string expected)
    {
        await using var host = new AppHost();

        var answer = await PostAsync(host, Request(body));

        Assert.Contains(expected, JsonDocument.Parse(answer.Content!).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Aigc.", answer.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_StoreThatBreaks_IsA500ThatNamesATraceAndNoType()
    {
        var answer = Assert.IsType<ContentResult>(await GenerationsApi.ArtifactAsync(Request(), store: null!, "pictures/a.png"));

        Assert.Equal(500, answer.StatusCode);
        Assert.Contains("trace id", answer.Content, StringComparison.Ordinal);
        Assert.DoesNotContain("NullReference", answer.Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAndCancel_UnknownJob_Are404()
    {
        await using var host = new AppHost();

        var get = Assert.IsType<ContentResult>(await GenerationsApi.GetAsync(Request(), host.Engine, "nothing"));
        var cancel = Assert.IsType<ContentResult>(await GenerationsApi.CancelAsync(Request(), host.Engine, "nothing"));

        Assert.Equal((404, 404), (get.StatusCode, cancel.StatusCode));
    }

    [Fact]
    public async Task Artifact_PicturesAreServedAndJobDocumentsAreNot()
    {
        await using var host = new AppHost();
        var status = await host.RunAsync(TestJobs.Of(1));
        var reference = await host.Store.PutAsync("pictures/a.png", "image/png", new byte[] { 1, 2, 3 });

        var picture = Assert.IsType<FileContentResult>(await GenerationsApi.ArtifactAsync(Request(), host.Store, "pictures/a.png"));
        var document = Assert.IsType<ContentResult>(await GenerationsApi.ArtifactAsync(Request(), host.Store, JobNames.Accepted(status.Id)));
        var illegal = Assert.IsType<ContentResult>(await GenerationsApi.ArtifactAsync(Request(), host.Store, "../a"));

        Assert.Equal([1, 2, 3], picture.FileContents);
        Assert.Equal($"\"{reference.Sha256}\"", picture.EntityTag!.ToString());
        Assert.Equal((404, 400), (document.StatusCode, illegal.StatusCode));
    }

    private static async Task<ContentResult> PostAsync(AppHost host, HttpRequest request) =>
        Assert.IsType<ContentResult>(await GenerationsApi.StartAsync(request, host.Engine));

    private static HttpRequest Request(string body = "", string? key = null, string query = "")
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        request.QueryString = new QueryString(query);
        if (key is not null)
            request.Headers["Idempotency-Key"] = key;
        return request;
    }
}
