using System.Net;
using System.Text.Json;
using Aigc.Artifacts;

namespace Aigc.Api.Tests.Models;

public sealed class ModelApiTests
{
    [Fact]
    public async Task Get_LoadedModel_AnswersWhatARequestMayAskFor()
    {
        await using var host = new ApiHost();

        using var answer = await host.Client.GetAsync(new Uri("api/model", UriKind.Relative));

        Assert.Equal((HttpStatusCode.OK, "no-store"), (answer.StatusCode, answer.Headers.CacheControl!.ToString()));
        Assert.Equal(
            $$"""{"name":"tiny","digest":"{{new string('d', 64)}}","sizeMultiple":8,"minSize":64,"maxSize":512,"defaultWidth":128"""
+ ""","defaultHeight":128,"maxSteps":100,"defaultSteps":20,"maxGuidance":30,"defaultGuidance":5,"schedulers":["ddim"]"""
            + ""","defaultScheduler":"ddim","enhanceFactor":4,"imageToImage":true,"defaultStrength":0.8,"maxN":64"""
            + ""","prompts":["a red circle"]}""",
            await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_NoHostAnswers_SaysSoAndWhenToAskAgain()
    {
        await using var host = new ApiHost();
        var fault = new FaultException(FaultKind.Unavailable, "no host takes the call", retryAfter: TimeSpan.FromSeconds(5));
        host.Stages.Describing = _ => throw fault;

        using var answer = await host.Client.GetAsync(new Uri("api/model", UriKind.Relative));

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (answer.StatusCode, answer.Headers.RetryAfter!.Delta));
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("no host takes the call", problem.RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Get_HostIsEndingWhileItWaits_AnswersAtOnce()
    {
        await using var host = new ApiHost();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        host.Stages.Describing = async cancellationToken =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };

        var answering = host.Client.GetAsync(new Uri("api/model", UriKind.Relative));
        await asked.Task;
        host.Lifetime.StopApplication();
        using var answer = await answering;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
    }
}
