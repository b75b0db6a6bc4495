using System.Globalization;
using System.Text.Json;
using Aigc.Benchmarks.Scaling;
using Aigc.Inference.Admission;

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

        var found = Recommendation.For(Device.All.Single(one => one.Name == device), new Platform(), ScaleReport.Steps, ScaleReport.Seed).Rule;

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

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
