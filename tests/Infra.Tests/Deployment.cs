using System.Collections.Concurrent;
using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>What one environment would be made of, as the compiler predicts it without Azure.</summary>
internal sealed class Deployment
{
    // What they read as of the environment is fixed here: a prediction must not depend on who asks.
    private static readonly Dictionary<string, Dictionary<string, string>> _variables = new()
    {
        ["dev"] = new() { ["AIGC_PROFILE"] = "dev" },
        ["prod"] = new() { ["AIGC_PROFILE"] = "prod" },
        ["closed"] = new() { ["AIGC_PROFILE"] = "closed" },
        ["scheduler"] = new() { ["AIGC_PROFILE"] = "prod", ["DurableBackend"] = "azureManaged" },
    };

    private static readonly ConcurrentDictionary<string, Lazy<Task<Deployment>>> _known = new();

    private Deployment(string name, string text)
    {
        Name = name;
        Text = text;
        Root = JsonDocument.Parse(text).RootElement;
        Resources = [.. Root.GetProperty("predictedResources").EnumerateArray().Select(static json => new Resource(json))];
    }

    /// <summary>The environments that are predicted.</summary>
    public static TheoryData<string> Names => [.. _variables.Keys];

    /// <summary>The environment.</summary>
    public string Name { get; }

    /// <summary>The prediction, as the compiler wrote it.</summary>
    public string Text { get; }

    /// <summary>The same, read.</summary>
    public JsonElement Root { get; }

    /// <summary>All resources.</summary>
    public IReadOnlyList<Resource> Resources { get; }

    /// <summary>Whether it is the variant without a door to the internet.</summary>
    public bool IsClosed => Name == "closed";

    /// <summary>Predicts an environment, once for all tests.</summary>
    public static Task<Deployment> OfAsync(string name) =>
        _known.GetOrAdd(name, static one => new Lazy<Task<Deployment>>(() => PredictAsync(one))).Value;

    /// <summary>What the parameter file reads for an environment.</summary>
    public static IReadOnlyDictionary<string, string> VariablesOf(string name)
    {
        var variables = new Dictionary<string, string>
        {
            ["AZURE_ENV_NAME"] = name,
            ["AZURE_LOCATION"] = "swedencentral",
            ["DurableBackend"] = "",
            ["AIGC_GPU_HOST_IMAGE"] = "registry.example/gpu-host:1",
            ["AIGC_ALERT_EMAIL"] = "operators@example.org",
            ["AIGC_BUDGET_START"] = "2026-11-01",
            ["AIGC_API_KEY_SHA256"] = new string('0', 64),
        };
        foreach (var (key, value) in _variables[name])
            variables[key] = value;
        return variables;
    }

    /// <summary>The resources of a type.</summary>
    public IEnumerable<Resource> Of(string type) => Resources.Where(resource => resource.Type == type);

    /// <summary>The one resource of a type.</summary>
    public Resource Only(string type) => Assert.Single(Of(type));

    private static async Task<Deployment> PredictAsync(string name)
    {
        using var folder = new TempFolder();
        BicepCli.CopyTo(folder);
        var answer = await BicepCli.RunAsync(
            folder.Path, VariablesOf(name), "snapshot", "main.bicepparam", "--mode", "overwrite",
            "--subscription-id", "11111111-1111-1111-1111-111111111111", "--tenant-id", "22222222-2222-2222-2222-222222222222",
            "--location", "swedencentral", "--deployment-name", "t");
        Assert.True(answer is { Code: 0, Errors: "" }, answer.Output + answer.Errors);
        return new Deployment(name, await File.ReadAllTextAsync(folder.Combine("main.snapshot.json")));
    }
}
