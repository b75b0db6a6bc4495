using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.Http.Json;
using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using OpenAI;
using OpenAI.Images;
using static Aigc.Api.Tests.OpenAi.ErrorAnswer;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>Each kind of fault as clients see it.</summary>
public sealed class FaultKindTests
{
    public static TheoryData<FaultKind, int, string, string, string> Kinds => new()
    {
        { FaultKind.BadRequest, 400, "invalid_request", "invalid_request_error", "BadRequestError" },
        { FaultKind.NotFound, 404, "not_found", "invalid_request_error", "NotFoundError" },
        { FaultKind.Overloaded, 429, "rate_limit_exceeded", "rate_limit_error", "RateLimitError" },
        { FaultKind.Unavailable, 503, "unavailable", "server_error", "InternalServerError" },
        { FaultKind.DeadlineExceeded, 504, "deadline_exceeded", "server_error", "InternalServerError" },
        { FaultKind.Cancelled, 409, "cancelled", "invalid_request_error", "ConflictError" },
        { FaultKind.DataLoss, 500, "data_loss", "server_error", "InternalServerError" },
        { FaultKind.OutOfSpace, 507, "out_of_space", "server_error", "InternalServerError" },
        { FaultKind.BadModel, 500, "bad_model", "server_error", "InternalServerError" },
        { FaultKind.Internal, 500, "internal", "server_error", "InternalServerError" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_EachKindOfFault_HasItsStatusAndCode(FaultKind kind, int status, string code, string type, string thrown)
    {
        Assert.NotEmpty(thrown);
        await using var server = await FailingAsync(new FaultException(kind, "no", retryAfter: TimeSpan.FromSeconds(6.5)));

        var answer = await server.GenerateAsync("""{"prompt":"a"}""");
        var error = await ReadAsync(answer, status);

        Assert.Equal((code, type, "no", null), (Text(error, "code"), Text(error, "type"), Text(error, "message"), Text(error, "param")));
        var passes = kind is FaultKind.Overloaded or FaultKind.Unavailable;
        Assert.Equal(passes ? TimeSpan.FromSeconds(7) : null, answer.Headers.RetryAfter?.Delta);
        // Clients would try a 409 again.
        Assert.Equal(kind == FaultKind.Cancelled, answer.Headers.TryGetValues("x-should-retry", out _));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_EachKindOfFault_IsATypedExceptionOfTheDotnetClient(
        FaultKind kind, int status, string code, string type, string thrown)
    {
        Assert.NotEmpty(thrown);
        await using var server = await FailingAsync(new FaultException(kind, "no", retryAfter: TimeSpan.FromSeconds(6.5)));
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(server.Address, "v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        };
        var client = new ImageClient("tiny", new ApiKeyCredential("none"), options);

        var refused = await Assert.ThrowsAsync<ClientResultException>(() => client.GenerateImageAsync("a"));

        Assert.Equal(status, refused.Status);
        Assert.Contains($"{type}: {code}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(
            kind is FaultKind.Overloaded or FaultKind.Unavailable,
            refused.GetRawResponse()!.Headers.TryGetValue("Retry-After", out _));
    }

    [OpenAiClientTheory]
    [MemberData(nameof(Kinds))]
    public async Task Generate_EachKindOfFault_IsATypedExceptionOfTheJavaScriptClient(
        FaultKind kind, int status, string code, string type, string thrown)
    {
        await using var server = await FailingAsync(new FaultException(kind, "no", retryAfter: TimeSpan.FromSeconds(6.5)));

        var error = await OpenAiClient.CallAsync(server.Address, "generate", new { prompt = "a" });

        Assert.Equal(
            (thrown, status, code, type, $"{status} no"),
            (Text(error, "thrown"), Status(error), Text(error, "code"), Text(error, "type"), Text(error, "message")));
        Assert.Equal(kind is FaultKind.Overloaded or FaultKind.Unavailable ? "7" : null, Text(error, "retryAfter"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Generate_JobFailsBeforeAnythingIsSent_AnswersWithTheFaultsOwnStatus(bool stream)
    {
        var stages = new ConformanceStages();
        stages.Fail(StageNames.RunChain, 0, new FaultException(FaultKind.Overloaded, "full"));
        await using var server = await ApiServer.StartAsync(stages);

        var answer = await server.Client.PostAsJsonAsync("v1/images/generations", new { prompt = "a", stream });
        var error = await ReadAsync(answer, 429);

        Assert.Equal(("rate_limit_exceeded", "full (with degrade, it would ask for less)"), (Text(error, "code"), Text(error, "message")));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Generate_ABug_IsA500ThatNamesATraceAndNoType()
    {
        await using var server = await FailingAsync(new InvalidOperationException("secret"));

        var error = await ReadAsync(await server.GenerateAsync("""{"prompt":"a"}"""), 500);

        Assert.Equal("internal", Text(error, "code"));
        Assert.Contains("trace id", Text(error, "message"), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", Text(error, "message"), StringComparison.Ordinal);
    }

    private static int Status(JsonElement error) => error.GetProperty("status").GetInt32();

    private static Task<ApiServer> FailingAsync(Exception fault) =>
        ApiServer.StartAsync(new ConformanceStages { DescribeFault = () => fault });
}
