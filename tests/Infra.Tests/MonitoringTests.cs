using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Telemetry;
using Aigc.TestKit;

namespace Aigc.Infra.Tests;

/// <summary>People are told of figures that the code really measures.</summary>
public sealed partial class MonitoringTests
{
    public static TheoryData<string> Environments => Deployment.Names;

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Alerts_AreOfFiguresThatAreMeasured(string name)
    {
        var asked = Alerts(await Deployment.OfAsync(name))
            .Select(static alert => Figure().Match(QueryOf(alert)).Groups["name"].Value).ToArray();
        var host = await File.ReadAllTextAsync(RepositoryRoot.Combine("gpu-host", "GpuHost", "Telemetry", "HostTelemetry.cs"));

        Assert.Equal(["aigc.job.overhead", "aigc.job.queue", "aigc.jobs", "aigc.queue.compute"], asked.Order(StringComparer.Ordinal));
        Assert.All(asked, figure => Assert.True(
            Instruments().Contains(figure) || host.Contains($"\"{figure}\"", StringComparison.Ordinal), $"nobody measures {figure}"));
    }

    [BicepFact]
    public async Task Failures_AreOfTheStateThatTheCodeTells()
    {
        var query = Alerts(await Deployment.OfAsync("dev")).Select(QueryOf)
            .Single(static one => one.Contains("aigc.jobs", StringComparison.Ordinal));

        Assert.Contains($"== \"{nameof(JobState.Failed).ToLowerInvariant()}\"", query, StringComparison.Ordinal);
        Assert.Contains(
            "StateTag = \"aigc.job.state\"",
            await File.ReadAllTextAsync(RepositoryRoot.Combine("core", "Pipeline", "Telemetry", "PipelineTelemetry.cs")),
            StringComparison.Ordinal);
        Assert.Contains("Properties[\"aigc.job.state\"]", query, StringComparison.Ordinal);
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Alerts_AreOn_AndTellSomebody(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var people = deployment.Only("Microsoft.Insights/actionGroups");

        Assert.Equal("operators@example.org", people.Text("properties/emailReceivers/0/emailAddress"));
        Assert.All(Alerts(deployment), alert =>
        {
            Assert.Equal("True", alert.Text("properties/enabled"));
            Assert.Equal(people.Id, alert.Text("properties/actions/actionGroups/0"));
            Assert.Equal(deployment.Only("Microsoft.OperationalInsights/workspaces").Id, alert.Text("properties/scopes/0"));
        });
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task IdleDevices_AreToldOfOnlyAfterTheyShouldHaveEnded(string name)
    {
        var deployment = await Deployment.OfAsync(name);
        var cooldown = deployment.Only("Microsoft.App/containerApps").Find("properties/template/scale/cooldownPeriod")!.Value.GetInt32();
        var idle = Alerts(deployment).Single(static one => one.Text("properties/displayName") == "idle-devices")
            .Find("properties/criteria/allOf/0/threshold")!.Value.GetInt32();

        Assert.True(idle * 60 > cooldown, $"{idle} min, while a replica stays {cooldown} s after its last job");
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Budget_IsOfAMonth_AndTellsBeforeItIsSpent(string name)
    {
        var budget = (await Deployment.OfAsync(name)).Only("Microsoft.Consumption/budgets");

        Assert.Equal(("Monthly", "Cost"), (budget.Text("properties/timeGrain"), budget.Text("properties/category")));
        Assert.EndsWith("-01", budget.Text("properties/timePeriod/startDate")!, StringComparison.Ordinal);
        Assert.True(budget.Find("properties/amount")!.Value.GetInt32() > 0);
        const string spent = "properties/notifications/spent";
        Assert.Equal(("80", "Actual"), (budget.Text($"{spent}/threshold"), budget.Text($"{spent}/thresholdType")));
    }

    [BicepTheory]
    [MemberData(nameof(Environments))]
    public async Task Logs_OfContainers_GoToTheWorkspaceWithoutAKey(string name)
    {
        var deployment = await Deployment.OfAsync(name);

        var environment = deployment.Only("Microsoft.App/managedEnvironments");
        Assert.Equal("azure-monitor", environment.Text("properties/appLogsConfiguration/destination"));
        var logs = deployment.Only("Microsoft.Insights/diagnosticSettings");
        Assert.Equal(deployment.Only("Microsoft.OperationalInsights/workspaces").Id, logs.Text("properties/workspaceId"));
        Assert.Equal(
            ["ContainerAppConsoleLogs", "ContainerAppSystemLogs"],
            logs.List("properties/logs").Select(static one => one.GetProperty("category").GetString()));
    }

    private static IEnumerable<Resource> Alerts(Deployment deployment) => deployment.Of("Microsoft.Insights/scheduledQueryRules");

    private static string QueryOf(Resource alert) => alert.Text("properties/criteria/allOf/0/query")!;

    private static HashSet<string> Instruments()
    {
        RuntimeHelpers.RunClassConstructor(typeof(PipelineTelemetry).TypeHandle);
        var names = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == PipelineTelemetry.Name)
                names.Add(instrument.Name);
        };
        listener.Start();
        return names;
    }

    [GeneratedRegex("Name == \"(?<name>[a-z.]+)\"")]
    private static partial Regex Figure();
}
