using Aigc.Api.Access;
using Aigc.Artifacts;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Where a status has several codes, each is provoked, and is named where the status is documented.</summary>
public sealed class AnswerCodesTests
{
    private static readonly Described _described = Described.ServerAsync().GetAwaiter().GetResult();

    [Theory]
    [InlineData("startGeneration", "overloaded")]
    [InlineData("getLoadedModel", "overloaded")]
    [InlineData("generateImages", "rate_limit_exceeded")]
    [InlineData("editImage", "rate_limit_exceeded")]
    [InlineData("listModels", "rate_limit_exceeded")]
    public async Task Answer_WhereTheStagesAreFull_IsAsDocumented(string operation, string code)
    {
        await using var api = await ServedApi.StartAsync(Provocation.Faulty(operation, FaultKind.Overloaded));

        using var answer = await api.Client.SendAsync(Requests.Plain(operation));

        Assert.Equal(429, (int)answer.StatusCode);
        Assert.Equal(code, await AnswerCheck.CodeAsync(_described, operation, answer));
    }

    [Theory]
    [InlineData("startGeneration", FaultKind.DataLoss, "data_loss")]
    [InlineData("startGeneration", FaultKind.BadModel, "bad_model")]
    [InlineData("generateImages", FaultKind.DataLoss, "data_loss")]
    [InlineData("generateImages", FaultKind.BadModel, "bad_model")]
    public async Task Answer_OtherFaultsOfTheService_AreAsDocumented(string operation, FaultKind kind, string code)
    {
        await using var api = await ServedApi.StartAsync(Provocation.Faulty(operation, kind));

        using var answer = await api.Client.SendAsync(Requests.Plain(operation));

        Assert.Equal(500, (int)answer.StatusCode);
        Assert.Equal(code, await AnswerCheck.CodeAsync(_described, operation, answer));
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
        Assert.Equal(code, await AnswerCheck.CodeAsync(_described, "generateImages", answer));
    }

    [Fact]
    public async Task Answer_PageOfAnotherOrigin_IsAsDocumented()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        using var request = Requests.Plain("listGenerations");
        request.Headers.Add("Origin", "http://evil.example");

        using var answer = await api.Client.SendAsync(request);

        Assert.Equal("other_origin", await AnswerCheck.CodeAsync(_described, "listGenerations", answer));
    }

    [Theory]
    [InlineData("listGenerations")]
    [InlineData("listModels")]
    public async Task Answer_NobodyWithoutAKey_IsAsDocumented(string operation)
    {
        await using var api = await ServedApi.StartAsync(new ServedParts { Access = new AccessOptions { LocalNeedsNoKey = false } });

        using var answer = await api.Client.SendAsync(Requests.Plain(operation));

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Equal("no_keys", await AnswerCheck.CodeAsync(_described, operation, answer));
    }

    [Theory]
    [InlineData("startGeneration", "bad_request")]
    [InlineData("storePicture", "bad_request")]
    [InlineData("generateImages", "invalid_request")]
    [InlineData("editImage", "invalid_request")]
    public async Task Answer_BodyWithoutItsChunks_IsAsDocumented(string operation, string code)
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());

        using var answer = await BrokenBody.SendAsync(api.Client.BaseAddress!, Requests.Plain(operation));

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(code, await AnswerCheck.CodeAsync(_described, operation, answer));
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
        Assert.Equal("idempotency_conflict", await AnswerCheck.CodeAsync(_described, operation, answer));
    }
}
