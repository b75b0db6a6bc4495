using System.Text.Json;
using Aigc.Functions.Configuration;
using Aigc.TestKit;
using Microsoft.Extensions.Configuration;

namespace Aigc.Infra.Tests;

/// <summary>The app on Flex Consumption, and its settings against the options that read them.</summary>
public sealed class FunctionsTests
{
    // Read by the Functions host and by Azure's libraries.
    private static readonly string[] _foreign =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AZURE_CLIENT_ID",
        "AzureWebJobsDisableHomepage",
        "AzureWebJobsStorage__accountName", "AzureWebJobsStorage__clientId", "AzureWebJobsStorage__credential",
    ];

    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Words_HaveTheirCase(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var app = deployment.Only("Microsoft.Web/sites");
        var plan = deployment.Only("Microsoft.Web/serverfarms");

        Assert.Equal("functionapp,linux", app.Text("kind"));
        Assert.Equal(("FC1", "FlexConsumption", "True"), (plan.Text("sku/name"), plan.Text("sku/tier"), plan.Text("properties/reserved")));
        Assert.Equal("blobContainer", app.Text("properties/functionAppConfig/deployment/storage/type"));
        Assert.Equal("UserAssignedIdentity", app.Text("properties/functionAppConfig/deployment/storage/authentication/type"));
        Assert.Equal("dotnet-isolated", app.Text("properties/functionAppConfig/runtime/name"));
        Assert.Equal("10.0", app.Text("properties/functionAppConfig/runtime/version"));
        Assert.Equal(JsonValueKind.String, app.Find("properties/functionAppConfig/runtime/version")!.Value.ValueKind);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Scale_IsWithinFlexConsumption(string name)
    {
        var scale = (await Deployment.OfAsync(name)).Only("Microsoft.Web/sites");
        const string path = "properties/functionAppConfig/scaleAndConcurrency";

        Assert.Contains(scale.Find($"{path}/instanceMemoryMB")!.Value.GetInt32(), new[] { 512, 2048, 4096 });
        Assert.InRange(scale.Find($"{path}/maximumInstanceCount")!.Value.GetInt32(), 40, 1000);
        Assert.All(scale.List($"{path}/alwaysReady"), static group =>
        {
            Assert.Contains(group.GetProperty("name").GetString(), new[] { "http", "durable" });
            Assert.True(group.GetProperty("instanceCount").GetInt32() > 0);
        });
        // host.json must take at least what the platform sends an instance.
        using var host = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("host.json")));
        Assert.True(
            scale.Find($"{path}/triggers/http/perInstanceConcurrency")!.Value.GetInt32()
            <= host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("maxConcurrentRequests").GetInt32());
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Settings_AreThoseOfTheOptions_AndOfTheHost(string name)
    {
        var settings = SettingsOf(await Deployment.OfAsync(name));

        Assert.All(settings.Keys.Where(static key => key.StartsWith("Aigc__", StringComparison.Ordinal)), static key =>
            Assert.True(typeof(FunctionsOptions).GetProperty(key.Split("__")[1]) is not null, $"{key} is no setting of the app"));
        string[] others = [.. _foreign, .. name == "scheduler" ? new[] { "DURABLE_TASK_SCHEDULER_CONNECTION_STRING", "TASKHUB_NAME" } : []];
        Assert.Equal(
            others.Order(StringComparer.Ordinal),
            settings.Keys.Where(static key => !key.StartsWith("Aigc__", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Settings_AreTakenByTheAppsOwnValidation(string name)
    {
        var settings = SettingsOf(await Deployment.OfAsync(name));
        // What Azure alone knows stands in brackets: an address in its place.
        settings["Aigc__Container"] = "https://account.blob.core.windows.net/artifacts";
        settings["Aigc__Hosts"] = settings["Aigc__Hosts"].Contains("https://", StringComparison.Ordinal) ? "https://host.example" : "none";
        if (settings.ContainsKey("Aigc__Redis"))
            settings["Aigc__Redis"] = "name:10000,password=x,ssl=True,abortConnect=False";
        var values = settings.Select(static one => KeyValuePair.Create(one.Key.Replace("__", ":", StringComparison.Ordinal), (string?)one.Value));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();

        var options = configuration.GetSection("Aigc").Get<FunctionsOptions>()!;

        Assert.Empty(new FunctionsOptionsValidation().Validate(null, options).Failures ?? []);
        Assert.Equal(["first"], options.ApiKeys.Keys);
        Assert.Equal(name != "dev", options.Redis is not null);
        Assert.Equal(new FunctionsOptions().LinkLife, options.LinkLife);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Storage_IsReachedByIdentity(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var settings = SettingsOf(deployment);

        Assert.Equal("managedidentity", settings["AzureWebJobsStorage__credential"]);
        var account = settings["AzureWebJobsStorage__accountName"];
        Assert.Contains(deployment.Of("Microsoft.Storage/storageAccounts"), one => one.Name == account);
        Assert.DoesNotContain("AzureWebJobsStorage", settings.Keys);
        Assert.Equal("true", settings["AzureWebJobsDisableHomepage"]);
        if (settings.TryGetValue("Aigc__Redis", out var redis))
            Assert.Contains("@Microsoft.KeyVault(SecretUri=", redis, StringComparison.Ordinal);
    }

    [BicepFact]
    public async Task Scheduler_SettingsAreThoseThatItsHostJsonNames()
    {
        var settings = SettingsOf(await Deployment.OfAsync("scheduler"));
        using var host = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("docs", "host.dts.json")));
        var durable = host.RootElement.GetProperty("extensions").GetProperty("durableTask");

        Assert.Contains(durable.GetProperty("storageProvider").GetProperty("connectionStringName").GetString()!, settings.Keys);
        Assert.Contains(durable.GetProperty("hubName").GetString()!.Trim('%'), settings.Keys);
    }

    private static Dictionary<string, string> SettingsOf(Deployment deployment) => deployment.Only("Microsoft.Web/sites/config")
        .Json.GetProperty("properties").EnumerateObject().ToDictionary(static one => one.Name, static one => one.Value.GetString()!);
}
