using System.Globalization;
using System.Text.Json;
using Aigc.Functions.Enhancing;
using Aigc.Inference.Batching;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

/// <summary>
/// What the Functions host is told. It ignores a key that it does not know, so each is held against the names of its sources, which
/// docs/functions-host.md lists.
/// </summary>
public sealed class HostJsonTests
{
    private const string AzureStorage = "host.json";
    private const string Scheduler = "docs/host.dts.json";
    private const string Durable = "extensions.durableTask.";
    private const string Storage = Durable + "storageProvider.";

    // As azure-functions-durable-extension and azure-functions-host have them, in camel case.
    private static readonly string[] _known =
    [
        "version",
        "logging.logLevel.*",
        "logging.applicationInsights.samplingSettings.isEnabled",
        "logging.applicationInsights.samplingSettings.excludedTypes",
        "extensions.http.routePrefix",
        "extensions.http.maxConcurrentRequests",
        "extensions.http.maxOutstandingRequests",
        "extensions.queues.batchSize",
        "extensions.queues.newBatchThreshold",
        "extensions.queues.maxDequeueCount",
        "extensions.queues.maxPollingInterval",
        "extensions.queues.visibilityTimeout",
        Durable + "hubName",
        Durable + "maxConcurrentActivityFunctions",
        Durable + "maxConcurrentOrchestratorFunctions",
        Durable + "tracing.distributedTracingEnabled",
        Durable + "tracing.version",
    ];

    private static readonly string[] _knownStorage =
        [Storage + "maxQueuePollingInterval", Storage + "partitionCount", Storage + "workItemQueueVisibilityTimeout"];
    private static readonly string[] _knownScheduler = [Storage + "connectionStringName", Storage + "type"];

    public static TheoryData<string> Both => [AzureStorage, Scheduler];

    [Theory]
    [MemberData(nameof(Both))]
    public void EveryKey_IsOneThatTheHostReads(string file)
    {
        string[] known = [.. _known, .. file == AzureStorage ? _knownStorage : _knownScheduler];

        Assert.All(Read(file).Keys, key => Assert.Contains(known, name => name.EndsWith(".*", StringComparison.Ordinal)
            ? key.StartsWith(name[..^1], StringComparison.Ordinal)
            : key == name));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void EveryKey_HasItsReasonInTheDocs(string file)
    {
        var rows = File.ReadLines(RepositoryRoot.Combine("docs", "functions-host.md"))
            .Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Split('`')[1])
            .ToArray();

        Assert.All(Read(file).Keys.Where(static key => key != "version"), key => Assert.Contains(key, rows));
    }

    [Fact]
    public void PollingInterval_IsInsideStorageProvider_200Milliseconds()
    {
        var interval = Read(AzureStorage)[Storage + "maxQueuePollingInterval"].GetString();

        Assert.Equal(TimeSpan.FromMilliseconds(200), TimeSpan.Parse(interval!, CultureInfo.InvariantCulture));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Activities_FillAHostsBatch_AndOrchestratorsFollow(string file)
    {
        var keys = Read(file);
        int activities = keys[Durable + "maxConcurrentActivityFunctions"].GetInt32();

        Assert.Equal(new BatchingOptions().MaxRows, activities);
        Assert.Equal(2 * activities, keys[Durable + "maxConcurrentOrchestratorFunctions"].GetInt32());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Queues_TakeAsManyAsActivities_AndGiveUpAfterTheAppHas(string file)
    {
        var keys = Read(file);

        Assert.Equal(
            keys[Durable + "maxConcurrentActivityFunctions"].GetInt32(),
            keys["extensions.queues.batchSize"].GetInt32() + keys["extensions.queues.newBatchThreshold"].GetInt32());
        Assert.True(keys["extensions.queues.maxDequeueCount"].GetInt32() > EnhanceWorker.MaxDeliveries);
    }

    [Fact]
    public void PartitionCountAndHubName_AreWhatAzureStorageTakes()
    {
        var keys = Read(AzureStorage);

        Assert.InRange(keys[Storage + "partitionCount"].GetInt32(), 1, 16);
        Assert.Matches("^[A-Za-z][A-Za-z0-9]{2,44}$", keys[Durable + "hubName"].GetString());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Tracing_IsTheOneOfOpenTelemetry(string file)
    {
        var keys = Read(file);

        Assert.True(keys[Durable + "tracing.distributedTracingEnabled"].GetBoolean());
        Assert.Equal("V2", keys[Durable + "tracing.version"].GetString());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void Routes_NameTheirWholePath(string file) => Assert.Equal("", Read(file)["extensions.http.routePrefix"].GetString());

    [Fact]
    public void Scheduler_DiffersInItsStorageAndHubAlone()
    {
        var storage = Read(AzureStorage);
        var differing = Read(Scheduler)
            .Where(key => !storage.TryGetValue(key.Key, out var other) || other.GetRawText() != key.Value.GetRawText())
            .Select(static key => key.Key);

        Assert.Equal([Durable + "hubName", .. _knownScheduler], differing.Order(StringComparer.Ordinal));
        Assert.Equal("azureManaged", Read(Scheduler)[Storage + "type"].GetString());
    }

    /// <summary>Every value of a file by the path of its key.</summary>
    private static Dictionary<string, JsonElement> Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine(file)));
        var values = new Dictionary<string, JsonElement>();
        Add("", document.RootElement.Clone(), values);
        return values;
    }

    private static void Add(string path, JsonElement element, Dictionary<string, JsonElement> values)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            values.Add(path, element);
            return;
        }

        foreach (var property in element.EnumerateObject())
            Add(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value, values);
    }
}
