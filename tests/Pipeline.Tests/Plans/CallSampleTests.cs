using Aigc.Artifacts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Tests.Plans;

public sealed class CallSampleTests
{
    private static readonly ArtifactRef _artifact = new("pictures/a", "image/png", 1, new string('0', 64));

    [Fact]
    public void Of_Chain_CountsPicturesRowsStepsAndTheHost()
    {
        var output = new ChainOutput([Made(0, "a:1"), Made(1, "a:1")], []);
        var sample = CallSample.Of(StageNames.RunChain, new ChainInput([Spec(0, guidance: 4), Spec(1, guidance: 1)]), output, 100)!;
        Assert.Equal(
            (2, 2, 64, 128, 8, 3, "a:1"),
            (sample.Pictures, sample.Enhanced, sample.Width, sample.Height, sample.Steps, sample.Rows, sample.Host));
    }

    [Fact]
    public void Of_PictureThatWasThere_SaysNothing()
    {
        var output = new ChainOutput([Made(0, null) with { Found = true }], []);
        Assert.Null(CallSample.Of(StageNames.RunChain, new ChainInput([Spec(0)]), output, 1));
    }

    [Fact]
    public void Of_ArtifactsOfSeveralHosts_NamesNone()
    {
        var output = new GenerateOutput([_artifact.At("a:1"), _artifact.At("b:1")]);
        var input = new GenerateInput([Spec(0), Spec(1)], new Dictionary<string, ArtifactRef>());
        Assert.Null(CallSample.Of(StageNames.Generate, input, output, 1)!.Host);
    }

    [Fact]
    public void Of_InputPicture_CountsTheStepsThatItsStrengthLeaves()
    {
        var input = new ChainInput([Spec(0) with { Image = _artifact, Strength = .5f }]);
        Assert.Equal(4, CallSample.Of(StageNames.RunChain, input, new ChainOutput([Made(0, null)], []), 1)!.Steps);
    }

    private static PictureSpec Spec(int index, float guidance = 1) => new(
        index, "a red circle", "", 64, 128, 8, guidance, index, "ddim", Enhance: true, OutputFormat.Png, 90);

    private static PictureResult Made(int index, string? host) => new(index, _artifact.At(host), 1, 64, 128, Found: false);
}
