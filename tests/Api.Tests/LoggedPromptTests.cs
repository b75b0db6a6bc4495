using System.Net;
using System.Text;
using Aigc.Artifacts;

namespace Aigc.Api.Tests;

/// <summary>What a log at its most talkative says of what callers ask for.</summary>
public sealed class LoggedPromptTests
{
    private const string Secret = "nobody-else-may-read-this";

    [Theory]
    [InlineData($$"""{"prompt":"{{Secret}}","negativePrompt":"not {{Secret}}"}""", HttpStatusCode.OK)]
    [InlineData($$"""{"prompt":"{{Secret}}","width":9}""", HttpStatusCode.BadRequest)]
    [InlineData($$"""{"prompt":"{{Secret}}",""", HttpStatusCode.BadRequest)]
    [InlineData($$"""{"{{Secret}}":1}""", HttpStatusCode.BadRequest)]
    public async Task Start_AnyBody_LogsNothingOfItsTexts(string body, HttpStatusCode status)
    {
        using var logs = new LogList();
        await using var host = new ApiHost(logs: logs);

        using var answer = await PostAsync(host, body);

        Assert.Equal(status, answer.StatusCode);
        Assert.NotEmpty(logs.Lines);
        Assert.DoesNotContain(logs.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_StagesFail_LogsTheFaultAndNotThePrompt()
    {
        using var logs = new LogList();
        await using var host = new ApiHost(logs: logs);
        host.Stages.Fault = new FaultException(FaultKind.Unavailable, "the device is gone");

        using var answer = await PostAsync(host, $$"""{"prompt":"{{Secret}}"}""");

        Assert.Contains("the device is gone", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains(logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, line => line.Contains(Secret, StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> PostAsync(ApiHost host, string body) => host.Client.PostAsync(
        new Uri("api/generations?wait=60", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
