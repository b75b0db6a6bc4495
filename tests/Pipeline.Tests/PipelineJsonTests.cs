using System.Text.Json;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Tests;

/// <summary>What earlier releases wrote into journals must still read, and mean what it meant.</summary>
public sealed class PipelineJsonTests
{
    [Fact]
    public void JobStatus_FromBeforeInputPictures_Reads()
    {
        const string Written = """
            {"id":"1","state":"completed","job":{"requests":[{"prompt":"a red circle","negativePrompt":"","count":2,"seed":7,"format":"png",
            "quality":90}]},"createdAt":"2026-01-02T03:04:05+00:00","endedAt":"2026-01-02T03:04:06+00:00",
            "progress":{"pictures":2,"picturesDone":2,"steps":8,"stepsDone":8},
            "plan":{"plan":"fused","reason":"the request names it","groupSize":2},"pictures":[],"warnings":[],
            "ledger":{"totalMs":10,"queueMs":1,"loadMs":1,"understandMs":1,"generateMs":4,"enhanceMs":1,"encodeMs":1,"storeMs":0.5,
            "overheadMs":0.5,"computeMs":6}}
            """;
        var status = JsonSerializer.Deserialize(Written, PipelineJson.Default.JobStatus)!;
        Assert.Equal((0, 4, 6), (status.Ledger!.PrepareMs, status.Ledger.GenerateMs, status.Ledger.ComputeMs));
        var request = Assert.Single(status.Job.Requests);
        Assert.Null(request.Image);
        Assert.Null(request.Strength);
        var specs = PictureSpec.Expand(status.Job.Requests, TestCapabilities.Tiny);
        Assert.All(specs, s => Assert.Equal((null, PictureSpec.DefaultStrength, 90), (s.Image, s.Strength, s.Quality)));
    }

    [Fact]
    public void EngineCapabilities_FromBeforeInputPictures_TakeNone()
    {
        const string Written = """
            {"modelName":"tiny","modelDigest":"d1","sizeMultiple":8,"minSize":64,"maxSize":512,"defaultWidth":128,"defaultHeight":128,
            "maxSteps":1000,"defaultSteps":4,"defaultGuidance":4,"schedulers":["ddim","euler"],"defaultScheduler":"ddim","enhanceFactor":4,
            "preferredBatch":2}
            """;
        var read = JsonSerializer.Deserialize(Written, PipelineJson.Default.EngineCapabilities)!;
        Assert.False(read.ImageToImage);
        Assert.Empty(read.Prompts);
        Assert.Equal(TestCapabilities.Tiny.ModelDigest, read.ModelDigest);
        Assert.Equal(2, read.PreferredBatch);
    }

    // A call's journal key is the hash of its input: a new member that is left out where unused keeps the old keys.
    [Fact]
    public void GenerateInput_NoLatents_IsWrittenAsItAlwaysWas() => Assert.Equal(
        """{"pictures":[],"embeddings":{}}""",
        JsonSerializer.Serialize(new GenerateInput([], new Dictionary<string, Artifacts.ArtifactRef>()), PipelineJson.Default.GenerateInput));

    [Fact]
    public void StageSpans_FromBeforeInputPictures_KeepTheirStage() => Assert.Equal(
        new StageSpan(Stage.Generate, 1, 2),
        JsonSerializer.Deserialize("""{"embeddings":[],"truncated":[],"spans":[{"stage":"Generate","startMs":1,"endMs":2}]}""",
            PipelineJson.Default.UnderstandOutput)!.Spans.Single());
}
