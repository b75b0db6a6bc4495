using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aigc.Api.Generations;
using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Pipeline.Requests;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The schema of a native request says what its reader takes.</summary>
public sealed class RequestFieldsTests
{
    private const string Component = "GenerationRequest";

    private static readonly string _image = new ArtifactRef("uploads/a.png", "image/png", 3, new string('a', 64)).ToString();

    [Fact]
    public async Task Schema_Fields_AreThoseThatTheReaderNames()
    {
        var described = await Described.ServerAsync();

        var refused = await FaultAsync(new JsonObject { ["prompt"] = "a", ["colour"] = "red" });

        var names = refused!.Split("there are ")[1].Split(", ");
        Assert.Equal(names.Order(), described.Fields(Component).Select(field => field.Name).Order());
        Assert.Equal("false", described.Component(Component).GetProperty("additionalProperties").GetRawText());
    }

    [Fact]
    public async Task Schema_Required_IsWhatTheReaderMisses()
    {
        var described = await Described.ServerAsync();

        Assert.Equal(["prompt"], described.Component(Component).GetProperty("required").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal("field 'prompt' must be given", await FaultAsync([]));
    }

    [Fact]
    public async Task Schema_Defaults_AreWhatIsReadWhereFieldsAreLeftOut()
    {
        var described = await Described.ServerAsync();
        var given = new JsonObject { ["prompt"] = "a" };
        foreach (var field in described.Fields(Component).Where(field => field.Value.TryGetProperty("default", out _)))
            given[field.Name] = JsonNode.Parse(field.Value.GetProperty("default").GetRawText());

        Assert.Equal(["negativePrompt", "n", "format", "quality", "previews"], given.Select(pair => pair.Key).Skip(1));
        Assert.Equal(await ReadAsync(new JsonObject { ["prompt"] = "a" }), await ReadAsync(given));
        Assert.Equal(0.8f, PictureSpec.DefaultStrength);
    }

    [Fact]
    public async Task Schema_Null_IsReadWhereItSaysSoAndNowhereElse()
    {
        var described = await Described.ServerAsync();

        foreach (var field in described.Fields(Component))
        {
            var allowed = field.Value.GetProperty("type").ValueKind == JsonValueKind.Array;
            var fault = await FaultAsync(new JsonObject { ["prompt"] = "a", [field.Name] = null });
            Assert.Equal(allowed ? null : $"{field.Name} is null", fault);
        }
    }

    [Fact]
    public async Task Schema_Words_AreThoseThatTheReaderTakes()
    {
        var described = await Described.ServerAsync();

        foreach (var field in described.Fields(Component).Where(field => field.Value.TryGetProperty("enum", out _)))
        {
            var fault = await FaultAsync(new JsonObject { ["prompt"] = "a", [field.Name] = "?" });
            var words = field.Value.GetProperty("enum").EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String);
            Assert.Equal($"{field.Name} is not one of {string.Join(", ", words)}", fault);
            foreach (var word in words)
                Assert.Null(await FaultAsync(new JsonObject { ["prompt"] = "a", [field.Name] = word.GetString() }));
        }
    }

    [Fact]
    public async Task Schema_Limits_AreWhereRefusalsBegin()
    {
        var described = await Described.ServerAsync();
        var tried = 0;

        foreach (var field in described.Fields(Component))
            foreach (var (value, taken) in Limits.Of(field.Value))
            {
                var body = new JsonObject { ["prompt"] = "a", ["image"] = _image, [field.Name] = value.DeepClone() };
                var fault = await FaultAsync(body);
                Assert.True(taken == fault is null, $"{field.Name} {value}: {fault ?? "is taken"}");
                tried++;
            }

        Assert.InRange(tried, 25, 60);
    }

    [Theory]
    [InlineData("""["bright"]""", "degrade is not a list of some of enhance, steps, size, model")]
    [InlineData("\"steps\"", "degrade is not a list of some of enhance, steps, size, model")]
    [InlineData("""["steps","steps"]""", "degrade names steps more than once: name each once")]
    [InlineData("""["model"]""", "degrade names model, and 'tiny' is the only one here: leave model out")]
    [InlineData("""["steps","enhance","size"]""", null)]
    [InlineData("[]", null)]
    [InlineData("null", null)]
    public async Task Degrade_WhatMayGiveWay_IsAListOfKnownWordsEachOnce(string degrade, string? fault) =>
        Assert.Equal(fault, await FaultAsync(new JsonObject { ["prompt"] = "a", ["degrade"] = JsonNode.Parse(degrade) }));

    [Fact]
    public async Task Parameters_Limits_AreWhereRefusalsBegin()
    {
        var described = await Described.ServerAsync();
        var tried = 0;

        foreach (var (_, path, operation) in described.Operations.Where(one => one.Operation.TryGetProperty("parameters", out _)))
        {
            var id = operation.GetProperty("operationId").GetString()!;
            var parameters = operation.GetProperty("parameters").EnumerateArray()
                .Where(one => one.GetProperty("in").GetString() != "path")
                .SelectMany(one => Limits.Of(one.GetProperty("schema")).Select(limit => (Parameter: one, limit.Value, limit.Taken)))
                .ToArray();
            if (parameters.Length == 0)
                continue;
            // A server for each: the same key with another route is another request.
            await using var api = await ServedApi.StartAsync(new ServedParts());
            foreach (var (parameter, value, taken) in parameters)
            {
                var name = parameter.GetProperty("name").GetString()!;
                using var request = Requests.Plain(id);
                if (parameter.GetProperty("in").GetString() == "query")
                    request.RequestUri = new Uri($"{path}?{name}={value}", UriKind.Relative);
                else
                    request.Headers.TryAddWithoutValidation(name, value.ToString());
                using var answer = await api.Client.SendAsync(request);
                Assert.True(taken == answer.IsSuccessStatusCode, $"{id} {name} {value}: {answer.StatusCode}");
                tried++;
            }
        }

        Assert.InRange(tried, 25, 60);
    }

    private static async Task<string?> FaultAsync(JsonObject body)
    {
        try
        {
            var capabilities = ConformanceStages.Tiny with { MinSize = 8 };
            RequestValidator.ThrowIfFaulty((await ReadAsync(body)).ToJob(), capabilities);
            return null;
        }
        catch (FaultException e) when (e.Kind == FaultKind.BadRequest)
        {
            return e.Message;
        }
    }

    private static Task<GenerationBody> ReadAsync(JsonObject body) =>
        GenerationBody.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(body.ToJsonString())), CancellationToken.None);
}
