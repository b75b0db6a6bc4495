using System.Globalization;
using System.Text.Json;
using Aigc.Api.OpenApi;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Every documented status of every operation is provoked, and is answered as documented.</summary>
public sealed class AnswersTests
{
    private static readonly Described _described = Described.ServerAsync().GetAwaiter().GetResult();

    public static TheoryData<string, int> Documented
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (_, _, operation) in _described.Operations)
                foreach (var response in operation.GetProperty("responses").EnumerateObject())
                    data.Add(operation.GetProperty("operationId").GetString()!, int.Parse(response.Name, CultureInfo.InvariantCulture));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Documented))]
    public async Task Answer_OfADocumentedStatus_IsAsDocumented(string operation, int status)
    {
        await using var api = await ServedApi.StartAsync(Provocation.Parts(operation, status));

        using var answer = await new Provocation(api, operation).SendAsync(status);

        Assert.Equal(status, (int)answer.StatusCode);
        await AnswerCheck.CodeAsync(_described, operation, answer);
    }

    [Fact]
    public async Task Answer_StoreThatGivesAddresses_IsAsTheAppsDocumentSays()
    {
        using var folder = new TempFolder();
        var app = await Described.OfAsync(DocumentedHost.Functions);
        await using var api = await ServedApi.StartAsync(
            new ServedParts { Store = new LinkingStore(folder.Path, name => new Uri($"https://store.example.org/{name}?sig=a%2Fb")) });

        using var artifact = await new Provocation(api, "getArtifact").SendAsync(302);
        using var pictures = await api.Client.SendAsync(
            Requests.Post("v1/images/generations", """{"prompt":"a","response_format":"url"}"""));

        Assert.Equal((302, 200), ((int)artifact.StatusCode, (int)pictures.StatusCode));
        Assert.Empty(await AnswerCheck.FaultsAsync(app, app.Operation("getArtifact"), artifact));
        Assert.Empty(await AnswerCheck.FaultsAsync(app, app.Operation("generateImages"), pictures));
        Assert.Contains("https://store.example.org/pictures/", await pictures.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("startGeneration")]
    [InlineData("generateImages")]
    [InlineData("editImage")]
    [InlineData("storePicture")]
    public async Task Answer_BodyTooLong_IsTheExampleWithItsLimit(string operation)
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());

        using var answer = await new Provocation(api, operation).SendAsync(413);

        var response = _described.Operation(operation).GetProperty("responses").GetProperty("413");
        var example = response.GetProperty("content").EnumerateObject().Single().Value.GetProperty("examples").GetProperty("example");
        Assert.Equal(
            example.GetProperty("value").GetRawText(),
            JsonSerializer.Serialize(JsonElement.Parse(await answer.Content.ReadAsStringAsync())));
        Assert.Equal("too_large", await AnswerCheck.CodeAsync(_described, operation, answer));
    }

    [Fact]
    public async Task Answer_FiguresAsOpenMetrics_AreAsDocumented()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        using var request = Requests.Plain("getFigures");
        request.Headers.Add("Accept", "application/openmetrics-text; version=1.0.0");
        request.Headers.Add("Accept-Encoding", "gzip");

        using var answer = await api.Client.SendAsync(request);

        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType!.MediaType);
        await AnswerCheck.CodeAsync(_described, "getFigures", answer);
    }
}
