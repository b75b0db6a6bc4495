using System.Net;
using System.Reflection;
using System.Text.Json;
using Aigc.Api.Access;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Tests.Http;

/// <summary>The app's own document.</summary>
public sealed class DocumentFunctionsTests
{
    // Pages, the document itself, and what answers for every path that is not served.
    private static readonly string[] _others = ["GetPage", "GetPageFile", "GetOpenApiDocument", "GetDocs", "OpenAiOther"];

    [Fact]
    public async Task Document_WhereKeysAreInUse_NeedsNoneAndTellsOfThem()
    {
        await using var app = new AppHost();
        var access = new AccessOptions { Keys = [ApiKey.Parse("one", new string('k', 30), mayBePlain: true)] };
        await using var server = new FunctionsServer(app, access);

        using var closed = await server.Client.GetAsync(new Uri("/api/generations", UriKind.Relative));
        var document = await DocumentAsync(server);

        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);
        var schemes = document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject();
        Assert.Equal(["apiKey", "bearer"], schemes.Select(scheme => scheme.Name).Order());
    }

    [Fact]
    public async Task Document_Operations_AreTheAppsFunctions()
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(app);

        var document = await DocumentAsync(server);

        var documented = from path in document.GetProperty("paths").EnumerateObject()
                         from operation in path.Value.EnumerateObject()
                         select $"{operation.Name} {path.Name}";
        var functions = from one in FunctionsServer.Triggers()
                        where !_others.Contains(Name(one.Function))
                        from method in one.Trigger.Methods!
                        select $"{method} /{one.Trigger.Route!.Replace("{*", "{", StringComparison.Ordinal)}";
        Assert.Equal(functions.Order(), documented.Order());
        Assert.Empty(_others.Except(FunctionsServer.Triggers().Select(one => Name(one.Function))));
    }

    [Theory]
    [InlineData("/docs", "text/html")]
    [InlineData("/docs/docs.js", "text/javascript")]
    [InlineData("/docs/scalar.js", "text/javascript")]
    [InlineData("/docs/icon.svg", "image/svg+xml")]
    [InlineData("/docs/index.html", "application/problem+json", 404)]
    public async Task Docs_Files_AreServed(string path, string type, int status = 200)
    {
        await using var app = new AppHost();
        await using var server = new FunctionsServer(app);

        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal((status, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    private static string Name(MethodInfo function) => function.GetCustomAttribute<FunctionAttribute>()!.Name;

    private static async Task<JsonElement> DocumentAsync(FunctionsServer server)
    {
        using var answer = await server.Client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        Assert.Equal((200, "application/json"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}
