using System.Globalization;
using System.Text.Json;
using Aigc.Api.Access;
using Aigc.Api.OpenApi;
using Aigc.Artifacts;
using Aigc.Conformance;
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
        await using var api = await ServedApi.StartAsync(Parts(operation, status));

        using var answer = await new Provocation(api, operation).SendAsync(status);

        Assert.Equal(status, (int)answer.StatusCode);
        await CheckAsync(operation, answer);
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
        Assert.Equal("too_large", await CheckAsync(operation, answer));
    }

    [Theory]
    [InlineData("startGeneration", "bad_request", "zz\r\n")]
    [InlineData("startGeneration", "bad_request", "5\r\n{\"pro")]
    [InlineData("storePicture", "bad_request", "zz\r\n")]
    [InlineData("storePicture", "bad_request", "5\r\n{\"pro")]
    [InlineData("generateImages", "invalid_request", "zz\r\n")]
    [InlineData("generateImages", "invalid_request", "5\r\n{\"pro")]
    [InlineData("editImage", "invalid_request", "zz\r\n")]
    [InlineData("editImage", "invalid_request", "5\r\n{\"pro")]
    public async Task Answer_BodyThatBreaksOffOrHasNoChunks_IsAsDocumented(string operation, string code, string body)
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());

        using var answer = await BrokenBody.SendAsync(api.Client.BaseAddress!, Requests.Plain(operation), body);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(code, await CheckAsync(operation, answer));
    }

    [Theory]
    [InlineData("generateImages")]
    [InlineData("editImage")]
    public async Task Answer_KeyOfAnotherRequest_IsAsDocumented(string operation)
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        using var first = Requests.Post("v1/images/generations", """{"prompt":"b"}""");
        using var other = Requests.Plain(operation);
        first.Headers.Add("Idempotency-Key", "k");
        other.Headers.Add("Idempotency-Key", "k");
        (await api.Client.SendAsync(first)).Dispose();

        using var answer = await api.Client.SendAsync(other);

        Assert.Equal(409, (int)answer.StatusCode);
        Assert.Equal("idempotency_conflict", await CheckAsync(operation, answer));
    }

    [Fact]
    public async Task Answer_FiguresAsOpenMetrics_AreAsDocumented()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        using var request = Requests.Plain("getFigures");
        request.Headers.Add("Accept", "application/openmetrics-text; version=1.0.0");

        using var answer = await api.Client.SendAsync(request);

        Assert.Equal("application/openmetrics-text", answer.Content.Headers.ContentType!.MediaType);
        await CheckAsync("getFigures", answer);
    }

    [Theory]
    [InlineData("startGeneration", "overloaded")]
    [InlineData("getLoadedModel", "overloaded")]
    [InlineData("generateImages", "rate_limit_exceeded")]
    [InlineData("editImage", "rate_limit_exceeded")]
    [InlineData("listModels", "rate_limit_exceeded")]
    public async Task Answer_WhereTheStagesAreFull_IsAsDocumented(string operation, string code)
    {
        await using var api = await ServedApi.StartAsync(Faulty(operation, FaultKind.Overloaded));

        using var answer = await api.Client.SendAsync(Requests.Plain(operation));

        Assert.Equal(429, (int)answer.StatusCode);
        Assert.Equal(code, await CheckAsync(operation, answer));
    }

    [Theory]
    [InlineData("startGeneration", FaultKind.DataLoss, "data_loss")]
    [InlineData("startGeneration", FaultKind.BadModel, "bad_model")]
    [InlineData("generateImages", FaultKind.DataLoss, "data_loss")]
    [InlineData("generateImages", FaultKind.BadModel, "bad_model")]
    public async Task Answer_OtherFaultsOfTheService_AreAsDocumented(string operation, FaultKind kind, string code)
    {
        await using var api = await ServedApi.StartAsync(Faulty(operation, kind));

        using var answer = await api.Client.SendAsync(Requests.Plain(operation));

        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal(code, await CheckAsync(operation, answer));
    }

    [Theory]
    [InlineData("""{}""", "missing_required_parameter")]
    [InlineData("""{"prompt":7}""", "invalid_type")]
    [InlineData("""{"prompt":"a","n":0}""", "invalid_value")]
    [InlineData("""{"prompt":"a","colour":"red"}""", "unknown_parameter")]
    [InlineData("""{"prompt":"a","quality":"hd"}""", "unsupported_parameter")]
    [InlineData("""[]""", "invalid_request")]
    public async Task Answer_EachCodeOfABadRequest_IsAsDocumented(string body, string code)
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());

        using var answer = await api.Client.SendAsync(Requests.Post("v1/images/generations", body));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(code, await CheckAsync("generateImages", answer));
    }

    [Fact]
    public async Task Answer_PageOfAnotherOrigin_IsAsDocumented()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        using var request = Requests.Plain("listGenerations");
        request.Headers.Add("Origin", "http://evil.example");

        using var answer = await api.Client.SendAsync(request);

        Assert.Equal("other_origin", await CheckAsync("listGenerations", answer));
    }

    [Theory]
    [InlineData("listGenerations")]
    [InlineData("listModels")]
    public async Task Answer_NobodyWithoutAKey_IsAsDocumented(string operation)
    {
        await using var api = await ServedApi.StartAsync(new ServedParts { Access = new AccessOptions { LocalNeedsNoKey = false } });

        using var answer = await api.Client.SendAsync(Requests.Plain(operation));

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Equal("no_keys", await CheckAsync(operation, answer));
    }

    private static ServedParts Parts(string operation, int status) => status switch
    {
        401 or 429 => new ServedParts
        {
            Access = new AccessOptions { Keys = [ApiKey.Parse("one", Provocation.Key, mayBePlain: true)], RequestsPerMinute = 1 },
        },
        500 => Faulty(operation, FaultKind.Internal),
        503 when operation == "isReady" => new ServedParts { Ready = false },
        503 => Faulty(operation, FaultKind.Unavailable),
        504 => Faulty(operation, FaultKind.DeadlineExceeded),
        507 => Faulty(operation, FaultKind.OutOfSpace),
        _ => new ServedParts(),
    };

    private static ServedParts Faulty(string operation, FaultKind kind)
    {
        var fault = new FaultException(kind, "no");
        return operation switch
        {
            "getArtifact" or "getArtifactHead" or "storePicture" => new ServedParts { Store = new FaultyStore(fault) },
            "listHosts" or "listHostsHead" => new ServedParts { Monitor = new FaultyMonitor(fault) },
            "listModels" or "getModel" or "getLoadedModel" or "getLoadedModelHead" => new ServedParts { Stages = _ => new ConformanceStages { DescribeFault = () => fault } },
            _ => new ServedParts { Engine = new FaultyEngine(fault) },
        };
    }

    /// <returns>The code of a refusal.</returns>
    private static async Task<string?> CheckAsync(string id, HttpResponseMessage answer)
    {
        var operation = _described.Operation(id);
        Assert.Empty(await AnswerCheck.FaultsAsync(_described, operation, answer));
        var text = await answer.Content.ReadAsStringAsync();
        if ((int)answer.StatusCode < 400 || text.Length == 0)
            return null;
        var body = JsonElement.Parse(text);
        var code = body.TryGetProperty("error", out var error)
            ? error.GetProperty("code").GetString()
            : body.GetProperty("title").GetString();
        var response = operation.GetProperty("responses").GetProperty($"{(int)answer.StatusCode}");
        Assert.Contains($"`{code}`", response.GetProperty("description").GetString(), StringComparison.Ordinal);
        return code;
    }
}
