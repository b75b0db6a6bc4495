using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>Reads answers in OpenAI's error shape.</summary>
internal static class ErrorAnswer
{
    /// <summary>Reads one, and holds it to its status and its members.</summary>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, int status)
    {
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var error = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(field => field.Name));
        return error;
    }

    public static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
