using System.Reflection;
using System.Text.Json;
using Aigc.Api.OpenApi;
using Aigc.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Tests.Http;

/// <summary>The app's own document.</summary>
public sealed class DocumentFunctionsTests
{
    [Fact]
    public async Task Document_IsServedWithoutAKeyAndTellsOfFunctionKeys()
    {
        var result = Assert.IsType<FileContentResult>(await DocumentFunctions.DocumentAsync(new DefaultHttpContext().Request));

        var document = JsonElement.Parse(result.FileContents);
        var schemes = document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name);
        Assert.Equal("application/json", result.ContentType);
        Assert.Equal(["functionCode", "functionKey"], schemes.Order());
        Assert.Equal(AuthorizationLevel.Anonymous, Trigger(typeof(DocumentFunctions).GetMethod(nameof(DocumentFunctions.DocumentAsync))!).AuthLevel);
        Assert.False(document.GetProperty("paths").TryGetProperty("/healthz", out _));
    }

    [Fact]
    public async Task Document_HasEveryFunctionThatAnswersJson()
    {
        var paths = JsonElement.Parse((await ApiDocument.BytesAsync(DocumentedHost.Functions)).Span).GetProperty("paths");
        var functions = typeof(GenerationFunctions).Assembly.GetTypes().Where(type => type != typeof(DocumentFunctions))
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null
                && method.GetParameters().Any(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>() is not null))
            .Select(Trigger).ToArray();

        Assert.NotEmpty(functions);
        Assert.All(functions, trigger => Assert.All(trigger.Methods!, method => Assert.True(
            paths.GetProperty($"/{trigger.Route!.Replace("{*", "{", StringComparison.Ordinal)}").TryGetProperty(method, out _), trigger.Route)));
    }

    [Theory]
    [InlineData(null, "text/html; charset=utf-8")]
    [InlineData("docs.js", "text/javascript; charset=utf-8")]
    [InlineData("scalar.js", "text/javascript; charset=utf-8")]
    [InlineData("icon.svg", "image/svg+xml; charset=utf-8")]
    public void Docs_Files_AreServed(string? file, string type) =>
        Assert.Equal(type, Assert.IsType<FileContentResult>(DocumentFunctions.Docs(new DefaultHttpContext().Request, file)).ContentType);

    [Fact]
    public void Docs_UnknownFile_Is404() =>
        Assert.Equal(404, Assert.IsType<ContentResult>(DocumentFunctions.Docs(new DefaultHttpContext().Request, "index.html")).StatusCode);

    private static HttpTriggerAttribute Trigger(MethodInfo function) => function.GetParameters()
        .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().Single();
}
