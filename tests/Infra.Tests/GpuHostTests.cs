using System.Globalization;
using System.Text.Json;
using Aigc.GpuHost.Configuration;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>
/// gpu-host's container. Azure takes a word of the wrong case in many places and does something else, so such words are held here.
/// </summary>
public sealed class GpuHostTests
{
    private const string Container = "properties/template/containers/0";

    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Words_HaveTheirCase(string name)
    {
        var app = (await Deployment.OfAsync(name)).Only("Microsoft.App/containerApps");

        Assert.Equal("http2", app.Text("properties/configuration/ingress/transport"));
        Assert.Equal("Single", app.Text("properties/configuration/activeRevisionsMode"));
        Assert.Equal(
            ["Startup", "Liveness", "Readiness"],
            app.List($"{Container}/probes").Select(static probe => probe.GetProperty("type").GetString()));
        Assert.All(app.List($"{Container}/probes"), static probe =>
            Assert.Equal("HTTP", probe.GetProperty("httpGet").GetProperty("scheme").GetString()));
        Assert.All(app.List("properties/template/volumes"), static volume =>
            Assert.Equal("NfsAzureFile", volume.GetProperty("storageType").GetString()));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Ports_AreTheHosts(string name)
    {
        var app = (await Deployment.OfAsync(name)).Only("Microsoft.App/containerApps");
        var listen = new ListenOptions();

        Assert.Equal(listen.GrpcPort, app.Find("properties/configuration/ingress/targetPort")!.Value.GetInt32());
        Assert.All(app.List($"{Container}/probes"), probe =>
            Assert.Equal(listen.GrpcPort + 1000, probe.GetProperty("httpGet").GetProperty("port").GetInt32()));
        Assert.Equal(
            ["/healthz", "/healthz", "/readyz"],
            app.List($"{Container}/probes").Select(static probe => probe.GetProperty("httpGet").GetProperty("path").GetString()));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Settings_AreThoseOfItsOptions(string name)
    {
        var settings = SettingsOf((await Deployment.OfAsync(name)).Only("Microsoft.App/containerApps"));
        var sections = settings.Keys.Where(static key => key.Contains("__", StringComparison.Ordinal))
            .Select(static key => key.Split("__")).ToArray();

        Assert.NotEmpty(sections);
        Assert.All(sections, static path =>
        {
            var type = typeof(GpuHostOptions);
            foreach (var part in path)
            {
                var property = type.GetProperty(part);
                Assert.True(property is not null, $"{string.Join(':', path)} is no setting of gpu-host");
                type = property.PropertyType;
            }
        });
        Assert.Equal("0.0.0.0", settings["Listen__Address"]);
        Assert.Equal("/models", settings["Models__Root"]);
        Assert.Equal(name == "dev" ? "Cpu" : "Cuda", settings["Execution__Provider"]);
        Assert.Contains("AZURE_CLIENT_ID", settings.Keys);
        Assert.Contains("APPLICATIONINSIGHTS_CONNECTION_STRING", settings.Keys);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task End_LeavesTenSecondsForCheckpoints(string name)
    {
        var app = (await Deployment.OfAsync(name)).Only("Microsoft.App/containerApps");
        var grace = int.Parse(SettingsOf(app)["Shutdown__GraceSeconds"], CultureInfo.InvariantCulture);
        var end = app.Find("properties/template/terminationGracePeriodSeconds")!.Value.GetInt32();

        // ShutdownOptions asks for the ten; Container Apps allows 600.
        Assert.InRange(end, grace + 10, 600);
        Assert.True(grace >= new ShutdownOptions().GraceSeconds);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Scale_IsByWhatIsQueued_BetweenItsBounds(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var app = deployment.Only("Microsoft.App/containerApps");
        var scale = app.Find("properties/template/scale")!.Value;
        var rules = app.List("properties/template/scale/rules").ToArray();
        var custom = rules[0].GetProperty("custom");
        var metadata = custom.GetProperty("metadata");

        Assert.Equal(0, scale.GetProperty("minReplicas").GetInt32());
        Assert.InRange(scale.GetProperty("maxReplicas").GetInt32(), 1, 100);
        Assert.InRange(scale.GetProperty("pollingInterval").GetInt32(), 5, 30);
        // A rule on requests would count the stream that every instance of the app holds open, and nothing would ever end.
        Assert.All(rules, static rule => Assert.False(rule.TryGetProperty("http", out _)));
        Assert.All(rules, static rule => Assert.Contains(
            "id-gpu-host-", rule.GetProperty("custom").GetProperty("identity").GetString(), StringComparison.Ordinal));
        Assert.Equal("enhance", rules[1].GetProperty("custom").GetProperty("metadata").GetProperty("queueName").GetString());
        Assert.Equal(2, rules.Length);
        if (name == "scheduler")
        {
            Assert.Equal("azure-durabletask-scheduler", custom.GetProperty("type").GetString());
            Assert.Equal("Activity", metadata.GetProperty("workItemType").GetString());
            var hub = deployment.Only("Microsoft.DurableTask/schedulers/taskHubs");
            Assert.Equal(hub.Name, metadata.GetProperty("taskhubName").GetString());
        }
        else
        {
            Assert.Equal("azure-queue", custom.GetProperty("type").GetString());
            // Those under way are out of others' sight, and must count: "visibleonly" would end the replica that works.
            Assert.Equal("all", metadata.GetProperty("queueLengthStrategy").GetString());
            Assert.Equal($"{HubName().ToLowerInvariant()}-workitems", metadata.GetProperty("queueName").GetString());
            var watched = $"{metadata.GetProperty("accountName").GetString()}/default/{metadata.GetProperty("queueName").GetString()}";
            Assert.Contains(
                deployment.Of("Microsoft.Storage/storageAccounts/queueServices/queues"), queue => queue.FullName == watched);
        }
    }

    [BicepTheory]
    [InlineData("dev", "Consumption", 4, "8Gi")]
    [InlineData("prod", "Consumption-GPU-NC8as-T4", 8, "56Gi")]
    [InlineData("closed", "Consumption-GPU-NC24-A100", 24, "220Gi")]
    public async Task Machine_IsAWholeOne(string name, string profile, int cpu, string memory)
    {
        var deployment = await Deployment.OfAsync(name);
        var app = deployment.Only("Microsoft.App/containerApps");
        var chosen = Assert.Single(
            deployment.Only("Microsoft.App/managedEnvironments").List("properties/workloadProfiles"),
            one => one.GetProperty("name").GetString() == app.Text("properties/workloadProfileName"));

        Assert.Equal(profile, chosen.GetProperty("workloadProfileType").GetString());
        Assert.Equal((cpu, memory), (app.Find($"{Container}/resources/cpu")!.Value.GetInt32(), app.Text($"{Container}/resources/memory")));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Names_OfItsDomain_AreAnsweredInTheNetwork(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var record = deployment.Only("Microsoft.Network/privateDnsZones/A");

        Assert.Contains(".staticIp", record.Text("properties/aRecords/0/ipv4Address"), StringComparison.Ordinal);
        Assert.Contains(".defaultDomain, '*'", record.FullName + record.Json.GetProperty("name"), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> SettingsOf(Resource app) => app.List($"{Container}/env").ToDictionary(
        static one => one.GetProperty("name").GetString()!, static one => one.GetProperty("value").GetString()!);

    private static string HubName()
    {
        using var host = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("host.json")));
        return host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("hubName").GetString()!;
    }
}
