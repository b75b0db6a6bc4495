using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Aigc.Pipeline.Engine;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>Requests that are sent again, as clients do whose connection broke.</summary>
public sealed class IdempotencyKeyTests
{
    [Fact]
    public async Task Generate_SameKeyAndBody_IsOneJobAndTheSamePicture()
    {
        ScriptedStages? stages = null;
        await using var server = await ApiServer.StartAsync(store => stages = new ScriptedStages(store, (_, _) => Task.CompletedTask));

        var first = await PictureAsync(await PostAsync(server, "a fox", "k"));
        var again = await PictureAsync(await PostAsync(server, "a fox", "k"));
        var other = await PostAsync(server, "an owl", "k");

        Assert.Equal(first, again);
        Assert.Single(stages!.Inputs);
        var error = await ErrorAnswer.ReadAsync(other, 409);
        Assert.Equal("idempotency_conflict", ErrorAnswer.Text(error, "code"));
        Assert.Equal("false", Assert.Single(other.Headers.GetValues("x-should-retry")));
    }

    [Fact]
    public async Task Generate_CallerWithAKeyLeaves_FindsItsJobWhenItComesBack()
    {
        var making = new SyncPoint();
        ScriptedStages? stages = null;
        await using var server = await ApiServer.StartAsync(
            store => stages = new ScriptedStages(store, (_, cancellationToken) => making.WaitToContinue(cancellationToken)));
        using var leaving = new CancellationTokenSource();
        var left = PostAsync(server, "a fox", "k", leaving.Token);
        await making.WaitForSyncPoint();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        var back = PostAsync(server, "a fox", "k");
        making.Continue();

        Assert.NotEmpty(await PictureAsync(await back));
        Assert.Single(stages!.Inputs);
        Assert.Equal(JobState.Completed, Assert.Single((await server.Engine.ListAsync()).Jobs).State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public async Task Generate_KeyOfNoOrTooManyCharacters_Is400(int length)
    {
        await using var server = await ApiServer.StartAsync(ScriptedStages.Of((_, _) => Task.CompletedTask));

        var error = await ErrorAnswer.ReadAsync(await PostAsync(server, "a fox", new string('k', length)), 400);

        Assert.Contains("Idempotency-Key", ErrorAnswer.Text(error, "message"), StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(
        ApiServer server, string prompt, string key, CancellationToken cancellationToken = default) =>
        server.Client.SendAsync(Request(prompt, key), cancellationToken);

    private static HttpRequestMessage Request(string prompt, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/images/generations") { Content = JsonContent.Create(new { prompt }) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }

    private static async Task<string> PictureAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data")[0].GetProperty("b64_json").GetString()!;
    }
}
