using System.Globalization;
using System.Text.Json;
using Aigc.Benchmarks.Scaling;
using Aigc.Inference.Admission;
using Aigc.TestKit;

namespace Aigc.Infra.Tests.Scaling;

/// <summary>The rules that are deployed are those that the simulation recommends, and it is told of the same platform.</summary>
public sealed class RecommendationTests
{
    [BicepTheory]
    [InlineData("prod", "T4")]
    [InlineData("closed", "A100")]
    [InlineData("scheduler", "T4")]
    public async Task Rule_IsTheRecommendedOne(string name, string device)
    {
        var app = (await Deployment.OfAsync(name)).Only("Microsoft.App/containerApps");
        var scale = app.Find("properties/template/scale")!.Value;
        var metadata = scale.GetProperty("rules")[0].GetProperty("custom").GetProperty("metadata");
        var length = metadata.TryGetProperty("queueLength", out var queued) ? queued : metadata.GetProperty("maxConcurrentWorkItemsCount");
        var on = Device.All.Single(one => one.Name == device);

        var found = Recommendation.For(on, new Platform(), ScaleReport.Steps, ScaleReport.Seed).Rule;

        Assert.Equal(
            found,
            new ScaleRule(
                int.Parse(length.GetString()!, CultureInfo.InvariantCulture), Number(scale, "maxReplicas"), Number(scale, "cooldownPeriod"),
                Number(scale, "minReplicas")));
    }

    [BicepFact]
    public async Task Platform_IsTheTemplates()
    {
        var app = (await Deployment.OfAsync("prod")).Only("Microsoft.App/containerApps");
        var settings = app.List("properties/template/containers/0/env").ToDictionary(
            static one => one.GetProperty("name").GetString()!, static one => one.GetProperty("value").GetString()!);
        var platform = new Platform();

        Assert.Equal(Number(app.Find("properties/template/scale")!.Value, "pollingInterval"), platform.PollSeconds);
        Assert.Equal(double.Parse(settings["Shutdown__GraceSeconds"], CultureInfo.InvariantCulture), platform.GraceSeconds);
        Assert.Equal(new AdmissionOptions().MaxQueuedSeconds, platform.MaxQueuedSeconds);
    }

    [Theory]
    [InlineData("T4")]
    [InlineData("A100")]
    public void Page_HasTheFiguresOfTheSimulation(string name)
    {
        var device = Device.All.Single(one => one.Name == name);
        var platform = new Platform();
        var found = Recommendation.For(device, platform, ScaleReport.Steps, ScaleReport.Seed);
        var page = File.ReadAllLines(RepositoryRoot.Combine("docs", "deploy.md"));

        Assert.Contains(Row($"{name}, quiet day", found.Cooldowns.Single(one => one.Rule == found.Rule).Result), page.Select(Short));
        Assert.Contains(
            Row($"{name}, 10,000 in an hour", found.Tried.Single(one => one.Rule == found.Rule with { CooldownSeconds = 300 }).Result),
            page.Select(Short));
        Assert.All(Tenfold.Limits(device, ScaleReport.Steps), limit => Assert.Contains(
            page, line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains(Times(limit), StringComparison.Ordinal)));
        Assert.Contains(string.Create(
            CultureInfo.InvariantCulture,
            $"| **in all** | | **{IdleCost.Of("dev"):F0}** | **{IdleCost.Of("prod"):F0}** | **{IdleCost.Of("closed"):F0}** |"), page);
    }

    [Fact]
    public void Report_SaysInputsRulesAndWhatBreaksFirst()
    {
        using var writer = new StringWriter();

        ScaleReport.Write(writer);

        var text = writer.ToString();
        Assert.StartsWith("inputs: ", text, StringComparison.Ordinal);
        foreach (var device in Device.All)
            Assert.Contains($"\n{device.Name}: jobsPerReplica ", text, StringComparison.Ordinal);
        Assert.Contains("a million a day", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("ten million a day").Length - 1);
    }

    [Fact]
    public void Tenfold_TheFirstToGiveWay_IsOverItsLimit()
    {
        var limits = Tenfold.Limits(Device.All[1], ScaleReport.Steps);

        Assert.True(limits[0].Times(Tenfold.PeakPerSecond) > 1);
        Assert.Equal(limits.OrderByDescending(static one => one.Times(Tenfold.PeakPerSecond)), limits);
    }

    private static string Row(string name, ScalingResult result)
    {
        IFormattable[] waits = [result.Wait(.5), result.Wait(.95), result.Wait(.99)];
        var texts = waits.Select(static wait => wait.ToString("F1", CultureInfo.InvariantCulture));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {result.PeakReplicas} | {string.Join(" | ", texts)} | {result.ReplicaHours:F1} | {result.BusyShare:P0} | ")
            + string.Create(CultureInfo.InvariantCulture, $"{result.CostPerThousand:F2} |");
    }

    private static string Times(Limit limit) =>
        string.Create(CultureInfo.InvariantCulture, $" {limit.Times(Tenfold.PeakPerSecond):F2} |");

    // What a quiet day is stands once in the table.
    private static string Short(string line) => line.Replace(" of 60 visits of 5 pictures", "", StringComparison.Ordinal);

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
