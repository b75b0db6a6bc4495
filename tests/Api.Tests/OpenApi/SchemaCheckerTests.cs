using System.Text.Json.Nodes;
using System.Text.Json;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>The checker fails where it should: on answers that are off, and on a document that is.</summary>
public sealed class SchemaCheckerTests
{
    [Theory]
    [InlineData("id", null, "lacks id")]
    [InlineData("id", "7", "is Number and not")]
    [InlineData("state", "\"asleep\"", "none of")]
    [InlineData("colour", "\"red\"", "has colour, which no schema names")]
    [InlineData("createdAt", "\"yesterday\"", "is no date-time")]
    [InlineData("progress", "{\"pictures\":0,\"picturesDone\":0,\"steps\":0,\"stepsDone\":0}", "is below 1")]
    [InlineData("pictures", "[{\"index\":0}]", "lacks")]
    [InlineData("pictures", "{}", "is Object and not")]
    [InlineData("warnings", "[1]", "$.warnings[0] is Number")]
    public async Task Faults_AnswerChanged_AreFound(string field, string? json, string fault)
    {
        var described = await Described.ServerAsync();
        var job = Example(described);
        Assert.Empty(described.Checker.Faults(Element(job), described.Component("Job")));

        if (json is null)
            job.Remove(field);
        else
            job[field] = JsonNode.Parse(json);

        Assert.Contains(
            described.Checker.Faults(Element(job), described.Component("Job")), found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Job", "ledger")]
    [InlineData("Job", "pictures")]
    [InlineData("Picture", "url")]
    [InlineData("TimeLedger", "overheadMs")]
    [InlineData("JobRequest", "requests")]
    public async Task Faults_FieldDroppedFromTheDocument_IsFound(string component, string field)
    {
        var (document, described) = await MutableAsync();

        document["components"]!["schemas"]![component]!["properties"]!.AsObject().Remove(field);

        var changed = new Described(Element(document));
        Assert.Contains(
            changed.Checker.Faults(Element(Example(described)), changed.Component("Job")),
            fault => fault.EndsWith($"has {field}, which no schema names", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Job", "id", "integer")]
    [InlineData("Picture", "seed", "string")]
    [InlineData("TimeLedger", "totalMs", "boolean")]
    [InlineData("PlanDecision", "groupSize", "array")]
    public async Task Faults_TypeChangedInTheDocument_IsFound(string component, string field, string type)
    {
        var (document, described) = await MutableAsync();

        document["components"]!["schemas"]![component]!["properties"]![field]!["type"] = type;

        var changed = new Described(Element(document));
        Assert.Contains(
            changed.Checker.Faults(Element(Example(described)), changed.Component("Job")),
            fault => fault.Contains($"and not {type}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Faults_StatusOrHeaderDroppedFromTheDocument_AreFound()
    {
        await using var api = await ServedApi.StartAsync(new ServedParts());
        var (document, _) = await MutableAsync();
        var responses = document["paths"]!["/api/generations"]!["get"]!["responses"]!;
        using var answer = await api.Client.GetAsync(new Uri("api/generations", UriKind.Relative));

        responses["200"]!.AsObject().Remove("headers");
        Assert.Equal(["header Cache-Control is not documented"], await FaultsAsync(document, answer));
        responses["200"]!["content"] = new JsonObject { ["text/plain"] = new JsonObject() };
        Assert.Contains("media type application/json is not documented", await FaultsAsync(document, answer));
        responses.AsObject().Remove("200");
        Assert.StartsWith("status 200 is not documented", Assert.Single(await FaultsAsync(document, answer)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_KeywordThatIsNotKnown_Throws()
    {
        var described = await Described.ServerAsync();

        Assert.Throws<InvalidOperationException>(
            () => described.Checker.Faults(JsonElement.Parse("1"), JsonElement.Parse("""{"not":{}}""")));
    }

    private static Task<IReadOnlyList<string>> FaultsAsync(JsonObject document, HttpResponseMessage answer)
    {
        var described = new Described(Element(document));
        return AnswerCheck.FaultsAsync(described, described.Operation("listGenerations"), answer);
    }

    private static async Task<(JsonObject Document, Described Described)> MutableAsync()
    {
        var described = await Described.ServerAsync();
        return (JsonNode.Parse(described.Document.GetRawText())!.AsObject(), described);
    }

    private static JsonObject Example(Described described)
    {
        var media = described.Operation("getGeneration").GetProperty("responses").GetProperty("200").GetProperty("content")
            .GetProperty("application/json");
        return JsonNode.Parse(media.GetProperty("examples").GetProperty("example").GetProperty("value").GetRawText())!.AsObject();
    }

    private static JsonElement Element(JsonNode node) => JsonSerializer.SerializeToElement(node);
}
