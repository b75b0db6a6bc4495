using System.Text.RegularExpressions;
using Aigc.Contracts.Inference.V1;
using Grpc.Core;

namespace Aigc.GpuHost.Tests.Telemetry;

/// <summary>Nothing that a caller writes becomes a tag, or reaches the log.</summary>
[Collection(TelemetryCollection.Name)]
public sealed partial class BoundedTagsTests
{
    private const string Odd = "zqxjkv";
    private const long Seed = 8_417_263_551;

    [Fact]
    public async Task WhatCallersWrite_IsInNoTagAndNoLogLine()
    {
        await using var host = await TelemetryHost.StartAsync("--Chain:CheckpointEverySteps", "1", "--Chain:CheckpointMinSeconds", "0");
        var picture = TelemetryHost.Picture(Seed, $"{Odd} prompt");
        picture.NegativePrompt = $"{Odd} negative";
        picture.Guidance = 3;
        var events = await host.RunAsync(picture);
        for (var i = 0; i < 20; i++)
        {
            var unknown = new RunRequest { Model = $"{Odd}-model-{i}", Pictures = { picture } };
            await Assert.ThrowsAsync<RpcException>(async () => await host.Client.Run(unknown).ResponseStream.MoveNext(default));
        }

        var faulty = picture.Clone();
        (faulty.Scheduler, faulty.Checkpoint, faulty.Width) = ($"{Odd}-scheduler", $"artifact:v1:{Odd}", 7);
        await Assert.ThrowsAsync<RpcException>(() => host.RunAsync(faulty));
        await host.Client.UnderstandAsync(new UnderstandRequest { Texts = { $"{Odd} text" } });
        using (await host.Probes.GetAsync(new Uri($"/{Odd}", UriKind.Relative)))
        {
        }

        var text = (await host.ScrapeAsync()).Text;
        var id = events[0].Accepted.JobId;
        var artifact = events.Single(static e => e.Picture is not null).Picture.Artifact.Split(':')[2];

        Assert.All(new[] { Odd, Seed.ToString(System.Globalization.CultureInfo.InvariantCulture), id, artifact }, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        // The path of a probe that does not exist is the web server's own business, and says nothing of a picture.
        Assert.NotEmpty(host.Log.Lines);
        Assert.DoesNotContain(host.Log.Lines, line => PromptText().IsMatch(line));
    }

    [Fact]
    public async Task TagsOfOurOwnMetrics_AreThoseThatAreMeant()
    {
        await using var host = await TelemetryHost.StartAsync();
        await host.RunAsync(TelemetryHost.Picture(1));
        var lines = (await host.ScrapeAsync()).Text.Split('\n').Where(static line => line.StartsWith("aigc_", StringComparison.Ordinal)).ToArray();

        var names = lines.SelectMany(static line => LabelName().Matches(line).Select(static match => match.Groups[1].Value)).Distinct();
        var models = lines.SelectMany(static line => ModelLabel().Matches(line).Select(static match => match.Groups[1].Value)).Distinct();

        string[] meant = ["aigc_model", "aigc_stage", "aigc_outcome", "aigc_queue_state", "aigc_artifact_source", "error_type", "le", "otel_scope_name"];
        Assert.Empty(names.Except(meant));
        Assert.Equal(["tiny-shapes"], models);
    }

    [GeneratedRegex(Odd + " (prompt|negative|text)", RegexOptions.IgnoreCase)]
    private static partial Regex PromptText();

    [GeneratedRegex("""[{,]([a-z_]+)=""")]
    private static partial Regex LabelName();

    [GeneratedRegex("aigc_model=\"([^\"]*)\"")]
    private static partial Regex ModelLabel();
}
