using System.Text;
using System.Text.Json;
using Aigc.Api.Access;
using Aigc.Api.OpenApi;
using Microsoft.OpenApi;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The document as a document.</summary>
public sealed class DocumentTests
{
    public static TheoryData<DocumentedHost> Hosts => [.. Enum.GetValues<DocumentedHost>()];

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Document_ReadByItsOwnReader_IsOpenApi31WithoutDiagnostics(DocumentedHost host)
    {
        var bytes = await ApiDocument.BytesAsync(host);

        var read = OpenApiDocument.Parse(Encoding.UTF8.GetString(bytes.Span), "json");

        Assert.Empty(read.Diagnostic!.Errors.Select(error => error.ToString()));
        Assert.Empty(read.Diagnostic.Warnings.Select(warning => warning.ToString()));
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, read.Diagnostic.SpecificationVersion);
        Assert.Empty(read.Document!.Validate(ValidationRuleSet.GetDefaultRuleSet()).Select(error => error.ToString()));
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Document_References_AllStandForSomethingAndEveryComponentIsUsed(DocumentedHost host)
    {
        var document = JsonElement.Parse((await ApiDocument.BytesAsync(host)).Span);
        var references = All(document).Where(one => one.Name == "$ref").Select(one => one.Value.GetString()!).ToHashSet();

        var described = new Described(document);
        foreach (var reference in references)
            described.Checker.Resolve(reference);

        var components = document.GetProperty("components").GetProperty("schemas").EnumerateObject();
        Assert.Equal(components.Select(one => $"#/components/schemas/{one.Name}").Order(), references.Order());
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Document_Examples_AreAsTheirSchemasSay(DocumentedHost host)
    {
        var described = new Described(JsonElement.Parse((await ApiDocument.BytesAsync(host)).Span));
        var faults = new List<string>();

        var objects = All(described.Document).Where(one => one.Value.ValueKind == JsonValueKind.Object).ToArray();
        foreach (var (type, media) in objects.Where(one => one.Name.Contains('/', StringComparison.Ordinal))
            .Select(one => (one.Name, one.Value)))
        {
            if (!media.TryGetProperty("examples", out var examples))
                continue;
            foreach (var example in examples.EnumerateObject())
            {
                var value = example.Value.GetProperty("value");
                faults.AddRange(described.Checker.Faults(value, media.GetProperty("schema"), $"${type} {example.Name}"));
            }
        }

        foreach (var (name, schema) in objects.Where(one => one.Value.TryGetProperty("type", out _)).Select(one => (one.Name, one.Value)))
        {
            if (schema.TryGetProperty("default", out var unset))
                faults.AddRange(described.Checker.Faults(unset, schema, $"$default of {name}"));
            if (schema.TryGetProperty("examples", out var examples) && examples.ValueKind == JsonValueKind.Array)
                faults.AddRange(examples.EnumerateArray().SelectMany(one => described.Checker.Faults(one, schema, $"$example of {name}")));
        }

        Assert.Empty(faults);
    }

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Document_FieldsParametersAndHeaders_AllAreDescribed(DocumentedHost host)
    {
        var document = JsonElement.Parse((await ApiDocument.BytesAsync(host)).Span);

        var fields = All(document).Where(one => one.Name == "properties").SelectMany(one => one.Value.EnumerateObject());
        var headers = All(document).Where(one => one.Name == "headers").SelectMany(one => one.Value.EnumerateObject());
        var parameters = All(document).Where(one => one.Name == "parameters").SelectMany(one => one.Value.EnumerateArray());

        Assert.All([.. fields.Concat(headers).Select(one => one.Value), .. parameters], one =>
            Assert.EndsWith(".", one.GetProperty("description").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Document_WhereKeysAreInUse_NeedsNoneAndTellsOfThem()
    {
        var access = new AccessOptions { Keys = [ApiKey.Parse("one", new string('k', 30), mayBePlain: true)] };
        await using var api = await ServedApi.StartAsync(new ServedParts { Access = access });

        using var closed = await api.Client.GetAsync(new Uri("api/generations", UriKind.Relative));
        using var answer = await api.Client.GetAsync(new Uri(ApiDocument.Route, UriKind.Relative));
        using var page = await api.Client.GetAsync(new Uri(DocsPage.Route, UriKind.Relative));

        Assert.Equal((401, 200, 200), ((int)closed.StatusCode, (int)answer.StatusCode, (int)page.StatusCode));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var schemes = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("components").GetProperty("securitySchemes");
        Assert.Equal("bearer", schemes.GetProperty("bearer").GetProperty("scheme").GetString());
        Assert.Equal("x-api-key", schemes.GetProperty("apiKey").GetProperty("name").GetString());
        Assert.Contains("script-src 'self'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_AskedForAgain_Is304()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        using var first = await api.Client.GetAsync(new Uri(ApiDocument.Route, UriKind.Relative));
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiDocument.Route);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var again = await api.Client.SendAsync(request);

        Assert.Equal((200, 304), ((int)first.StatusCode, (int)again.StatusCode));
    }

    [Fact]
    public async Task DocsPage_Script_IsThePackagesWithAndWithoutCompression()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        using var request = new HttpRequestMessage(HttpMethod.Get, "docs/scalar.js") { Headers = { AcceptEncoding = { new("gzip") } } };

        using var packed = await api.Client.SendAsync(request);
        using var plain = await api.Client.GetAsync(new Uri("docs/scalar.js", UriKind.Relative));
        using var slash = await api.Client.GetAsync(new Uri("docs/", UriKind.Relative));

        Assert.Equal(["gzip"], packed.Content.Headers.ContentEncoding);
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var unpacked = new System.IO.Compression.GZipStream(
            await packed.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        using var whole = new MemoryStream();
        await unpacked.CopyToAsync(whole);
        Assert.Equal(whole.ToArray(), await plain.Content.ReadAsByteArrayAsync());
        Assert.Equal((301, "/docs"), ((int)slash.StatusCode, slash.Headers.Location!.ToString()));
    }

    private static IEnumerable<JsonProperty> All(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(one => All(one.Value).Prepend(one)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(All),
        _ => [],
    };
}
