using System.Text.Json;
using System.Text.Json.Nodes;
using Aigc.Api.OpenAi;
using Aigc.Conformance;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The schemas of OpenAI's requests say what their reader takes, from JSON and from a form.</summary>
public sealed class ImageFieldsTests
{
    private const string Unsupported = "is not supported by this service: leave it out.";

    private static readonly string[] _files = ["image", "image[]"];

    public static TheoryData<string, bool> Requests => new() { { "ImageGenerationRequest", false }, { "ImageEditRequest", true } };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Schema_Fields_AreThoseThatTheReaderAsksForAndDoesNotRefuse(string component, bool edit)
    {
        var described = await Described.ServerAsync();
        var reader = Reader([], edit);
        Assert.Throws<ParameterException>(() => ImageParameters.Read(reader, ConformanceStages.Tiny, edit));

        var taken = reader.Asked.Where(name => !Faults(new() { ["prompt"] = "a", [name] = "x" }, edit)
            .Any(fault => fault.Param == name && fault.Message.EndsWith(Unsupported, StringComparison.Ordinal)));

        Assert.Equal(taken.Concat(edit ? _files : []).Order(), described.Fields(component).Select(field => field.Name).Order());
        Assert.Equal("false", described.Component(component).GetProperty("additionalProperties").GetRawText());
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Schema_Defaults_AreWhatIsReadWhereFieldsAreLeftOut(string component, bool edit)
    {
        var described = await Described.ServerAsync();
        var given = new JsonObject { ["prompt"] = "a" };
        foreach (var field in described.Fields(component).Where(field => field.Value.TryGetProperty("default", out _)))
            given[field.Name] = JsonNode.Parse(field.Value.GetProperty("default").GetRawText());
        // A picture is drawn from it where the pipeline fills it in; that it is 0.8 there RequestFieldsTests says.
        if (edit)
            Assert.Equal(0.8m, given["strength"]!.GetValue<decimal>());
        given.Remove("strength");

        Assert.InRange(given.Count, 10, 20);
        Assert.Equal(Read(new() { ["prompt"] = "a" }, edit), Read(given, edit));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Schema_Words_AreThoseThatTheReaderTakes(string component, bool edit)
    {
        var described = await Described.ServerAsync();

        foreach (var field in described.Fields(component).Where(field => field.Value.TryGetProperty("enum", out _)))
        {
            var words = field.Value.GetProperty("enum").EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String)
                .Select(one => one.GetString()!).ToArray();
            var fault = Assert.Single(Faults(new() { ["prompt"] = "a", [field.Name] = "?" }, edit));
            Assert.EndsWith($"this service takes {string.Join(" or ", words)}.", fault.Message, StringComparison.Ordinal);
            foreach (var word in words)
                Assert.Empty(Faults(new() { ["prompt"] = "a", [field.Name] = word }, edit));
        }
    }

    [Fact]
    public async Task Schema_Null_IsReadAsLeftOutByAllButThePrompt()
    {
        var described = await Described.ServerAsync();

        foreach (var field in described.Fields("ImageGenerationRequest"))
        {
            var allowed = field.Value.GetProperty("type").ValueKind == JsonValueKind.Array;
            Assert.Equal(field.Name != "prompt", allowed);
            Assert.Equal(allowed, Faults(new() { ["prompt"] = "a", [field.Name] = null }, edit: false).Count == 0);
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Schema_Limits_AreWhereRefusalsBegin(string component, bool edit)
    {
        var described = await Described.ServerAsync();
        var tried = 0;

        foreach (var field in described.Fields(component))
            foreach (var (value, taken) in Limits.Of(field.Value))
            {
                var body = new JsonObject { ["prompt"] = "a" };
                if (field.Name == "partial_images")
                    body["stream"] = true;
                if (field.Name == "output_compression")
                    body["output_format"] = "jpeg";
                body[field.Name] = value.DeepClone();
                var faults = Faults(body, edit);
                Assert.True(taken == (faults.Count == 0), $"{field.Name} {value}: {string.Join("; ", faults)}");
                tried++;
            }

        Assert.InRange(tried, 25, 60);
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("128x128", true)]
    [InlineData("128", false)]
    [InlineData("1x2x3", false)]
    [InlineData("123456x1", false)]
    [InlineData("AUTO", false)]
    public async Task Schema_Size_MatchesWhatIsRead(string size, bool taken)
    {
        var described = await Described.ServerAsync();
        var schema = described.Component("ImageGenerationRequest").GetProperty("properties").GetProperty("size");

        Assert.Equal(taken, described.Checker.Faults(JsonSerializer.SerializeToElement(size), schema).Count == 0);
        Assert.Equal(taken, Faults(new() { ["prompt"] = "a", ["size"] = size }, edit: false).Count == 0);
    }

    private static IReadOnlyList<ParameterFault> Faults(JsonObject body, bool edit)
    {
        try
        {
            Read(body, edit);
            return [];
        }
        catch (ParameterException e)
        {
            return e.Faults;
        }
    }

    private static ImageParameters Read(JsonObject body, bool edit) =>
        ImageParameters.Read(Reader(body, edit), ConformanceStages.Tiny, edit);

    private static ParameterReader Reader(JsonObject body, bool edit) => edit
        ? ParameterReader.Of(body.Select(field => KeyValuePair.Create(field.Key, field.Value!.ToString())))
        : ParameterReader.Of(JsonSerializer.SerializeToElement(body));
}
