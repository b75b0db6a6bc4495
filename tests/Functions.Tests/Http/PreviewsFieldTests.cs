using System.Text;
using System.Text.Json;
using Aigc.Api.Generations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aigc.Functions.Tests.Http;

public sealed class PreviewsFieldTests
{
    [Fact]
    public async Task Start_PreviewsAskedFor_AreTheJobsAndLeaveItsPicturesAsTheyAre()
    {
        SteppingStages asked = null!;
        await using var host = new AppHost(around: within => asked = new SteppingStages(within, (_, _, _) => Task.CompletedTask));

        var without = await PostAsync(host, """{"prompt":"a fox","n":2,"seed":7}""");
        var with = await PostAsync(host, """{"prompt":"a fox","n":2,"seed":7,"previews":3}""");

        Assert.Equal(3, asked.PreviewEverySteps);
        Assert.Equal((200, 200), (without.StatusCode, with.StatusCode));
        var (one, other) = (JsonDocument.Parse(without.Content!).RootElement, JsonDocument.Parse(with.Content!).RootElement);
        Assert.Equal(one.GetProperty("pictures").GetRawText(), other.GetProperty("pictures").GetRawText());
        Assert.Equal(3, other.GetProperty("job").GetProperty("previewEverySteps").GetInt32());
        Assert.False(one.GetProperty("job").TryGetProperty("previewEverySteps", out _));
        Assert.Equal("[]", other.GetProperty("previews").GetRawText());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1001")]
    [InlineData("true")]
    [InlineData("null")]
    public async Task Start_PreviewsOutOfRange_Is400(string previews)
    {
        await using var host = new AppHost();

        Assert.Equal(400, (await PostAsync(host, $$"""{"prompt":"a fox","previews":{{previews}}}""")).StatusCode);
    }

    private static async Task<ContentResult> PostAsync(AppHost host, string body)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        request.QueryString = new QueryString("?wait=60");
        return Assert.IsType<ContentResult>(await GenerationsApi.StartAsync(request, host.Engine));
    }
}
