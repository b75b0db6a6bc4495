using System.Net;
using Aigc.Contracts.Inference.V1;
using Grpc.Core;

namespace Aigc.GpuHost.Tests.Telemetry;

/// <summary>What <c>/metrics</c> of the real host says after real calls.</summary>
[Collection(TelemetryCollection.Name)]
public sealed class MetricsTests
{
    private const string Model = "aigc_model=\"tiny-shapes\"";

    [Fact]
    public async Task Metrics_AfterARun_CountItsStepsAndPictures()
    {
        await using var host = await TelemetryHost.StartAsync();
        await host.RunAsync(TelemetryHost.Picture(1), TelemetryHost.Picture(2));

        var after = await host.ScrapeAsync();

        // Two pictures of three steps of a row each, however the steps were shared.
        Assert.Equal(6, after.Sum("aigc_batch_size_sum", Model));
        Assert.Equal(after.Sum("aigc_batch_size_count", Model), after.Sum("aigc_step_duration_seconds_count", Model));
        Assert.Equal(2, after.Sum("aigc_pictures_total", "aigc_outcome=\"made\"", Model));
        Assert.Equal(2, after.Sum("aigc_queue_wait_seconds_count", Model));
        foreach (var stage in new[] { "understand", "generate", "enhance", "encode", "store" })
            Assert.Equal(2, after.Sum("aigc_stage_duration_seconds_count", $"aigc_stage=\"{stage}\"", Model));
        Assert.Equal(1, after.Sum("aigc_chain_overhead_seconds_count", Model));
        Assert.Equal(1, after.Sum("aigc_models_loaded"));
        Assert.True(after.Sum("aigc_artifact_cache_held_bytes") > 0);
        Assert.Equal(0, after.Sum("aigc_queue_compute_seconds"));
        Assert.Equal(0, after.Sum("aigc_queue_pictures", "aigc_queue_state=\"waiting\""));
        Assert.True(after.Has("aigc_queue_pictures"), after.Text);
    }

    [Fact]
    public async Task Metrics_OfACallForOnePictureTwiceAndThenAgain_TellMadeJoinedAndFound()
    {
        await using var host = await TelemetryHost.StartAsync();
        await host.RunAsync(TelemetryHost.Picture(1), TelemetryHost.Picture(1));
        await host.RunAsync(TelemetryHost.Picture(1));

        var after = await host.ScrapeAsync();

        Assert.Equal(1, after.Sum("aigc_pictures_total", "aigc_outcome=\"made\""));
        Assert.Equal(1, after.Sum("aigc_pictures_total", "aigc_outcome=\"joined\""));
        Assert.Equal(1, after.Sum("aigc_pictures_total", "aigc_outcome=\"found\""));
        // A prompt is embedded once.
        Assert.Equal(1, after.Sum("aigc_prompt_cache_misses_total", Model));
        await host.RunAsync(TelemetryHost.Picture(2));
        var then = await host.ScrapeAsync();
        Assert.Equal(1, then.Sum("aigc_prompt_cache_misses_total", Model));
        Assert.True(then.Sum("aigc_prompt_cache_hits_total", Model) > after.Sum("aigc_prompt_cache_hits_total", Model));
    }

    [Fact]
    public async Task Metrics_OfArtifactsReadBack_CountTheirBytesByWhereFrom()
    {
        await using var host = await TelemetryHost.StartAsync();
        var picture = TelemetryHost.Picture(1);
        var understood = await host.Client.UnderstandAsync(new UnderstandRequest { Texts = { picture.Prompt } });
        using var generating = host.Client.Generate(new GenerateRequest
        {
            Pictures = { picture },
            Embeddings = { [picture.Prompt] = understood.Embeddings[0] },
        });
        await generating.AllAsync();

        var after = await host.ScrapeAsync();

        Assert.Equal((1, 0), (after.Sum("aigc_artifact_cache_hits_total"), after.Sum("aigc_artifact_cache_misses_total")));
        Assert.Equal(
            Artifacts.ArtifactRef.Parse(understood.Embeddings[0]).Length,
            after.Sum("aigc_artifact_cache_read_bytes_total", "aigc_artifact_source=\"memory\""));
        Assert.Equal(0, after.Sum("aigc_artifact_cache_read_bytes_total", "aigc_artifact_source=\"store\""));

        // A host that keeps nothing in memory reads the same from its store.
        await using var forgetful = await TelemetryHost.StartAsync("--Store:MemoryBytes", "0");
        understood = await forgetful.Client.UnderstandAsync(new UnderstandRequest { Texts = { picture.Prompt } });
        using var again = forgetful.Client.Generate(new GenerateRequest
        {
            Pictures = { picture },
            Embeddings = { [picture.Prompt] = understood.Embeddings[0] },
        });
        await again.AllAsync();
        after = await forgetful.ScrapeAsync();
        Assert.Equal((0, 1), (after.Sum("aigc_artifact_cache_hits_total"), after.Sum("aigc_artifact_cache_misses_total")));
        Assert.True(after.Sum("aigc_artifact_cache_read_bytes_total", "aigc_artifact_source=\"store\"") > 0);
        Assert.Equal(0, after.Sum("aigc_artifact_cache_read_bytes_total", "aigc_artifact_source=\"memory\""));
    }

    [Fact]
    public async Task Metrics_OfWhatTheHostWouldNotDo_CountByKind()
    {
        await using var host = await TelemetryHost.StartAsync();
        var small = TelemetryHost.Picture(1);
        small.Width = 7;
        await Assert.ThrowsAsync<RpcException>(() => host.RunAsync(small));
        var unknown = new RunRequest { Model = "no-such-model", Pictures = { TelemetryHost.Picture(1) } };
        await Assert.ThrowsAsync<RpcException>(async () => await host.Client.Run(unknown).ResponseStream.MoveNext(default));
        await host.RunAsync(TelemetryHost.Picture(1, steps: 30));
        // By now the host knows what a step takes: this is minutes of work, and the client gives up long after the host has refused.
        var hopeless = new RunRequest();
        hopeless.Pictures.AddRange(Enumerable.Range(2, 64).Select(static seed => new PictureRequest { Prompt = "a red heart", Seed = seed, Steps = 999 }));
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Client.Run(hopeless, deadline: TimeProvider.System.GetUtcNow().AddSeconds(10).UtcDateTime).ResponseStream.MoveNext(default));

        var after = await host.ScrapeAsync();

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal(1, after.Sum("aigc_refusals_total", "error_type=\"bad_request\""));
        Assert.Equal(1, after.Sum("aigc_refusals_total", "error_type=\"not_found\""));
        Assert.Equal(1, after.Sum("aigc_refusals_total", "error_type=\"overloaded\""));
        Assert.Equal(64, after.Sum("aigc_pictures_total", "aigc_outcome=\"refused\""));
    }

    [Fact]
    public async Task Metrics_OfACancelledCall_CountItsPictures()
    {
        await using var host = await TelemetryHost.StartAsync();
        using var call = host.Client.Run(new RunRequest { Pictures = { TelemetryHost.Picture(1, steps: 999) } });
        Assert.True(await call.ResponseStream.MoveNext(default));
        var id = call.ResponseStream.Current.Event.Accepted.JobId;
        Assert.True((await host.Client.CancelAsync(new CancelRequest { JobId = id })).Cancelled);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(default))
            {
            }
        });

        Assert.Equal(1, (await host.ScrapeAsync()).Sum("aigc_pictures_total", "aigc_outcome=\"cancelled\"", Model));
    }

    [Fact]
    public async Task Metrics_OfAPictureWithCheckpoints_CountThem()
    {
        await using var host = await TelemetryHost.StartAsync("--Chain:CheckpointEverySteps", "2", "--Chain:CheckpointMinSeconds", "0");
        await host.RunAsync(TelemetryHost.Picture(1, steps: 7));

        // After steps 2, 4 and 6.
        Assert.Equal(3, (await host.ScrapeAsync()).Sum("aigc_checkpoints_total", Model));
    }

    [Fact]
    public async Task Metrics_ArePlainTextOnTheProbePortAlone()
    {
        await using var host = await TelemetryHost.StartAsync();
        using var scraped = await host.Probes.GetAsync(new Uri("/metrics", UriKind.Relative));
        using var http2 = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var elsewhere = await http2.GetAsync(new Uri($"http://{host.Channel.Target}/metrics"));

        Assert.Equal("text/plain", scraped.Content.Headers.ContentType!.MediaType);
        Assert.NotEqual(HttpStatusCode.OK, elsewhere.StatusCode);
    }
}
