using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Tests.Requests;

public sealed class RequestValidatorTests
{
    private static readonly GenerationRequest _good = new() { Prompt = "a red circle" };

    private static ArtifactRef Image(string mediaType, long length = 1) => new("uploads/a", mediaType, length, new string('a', 64));

    public static TheoryData<GenerationRequest, string> Faulty => new()
    {
        { _good with { Prompt = " \t" }, "the prompt is empty: say what the picture shows" },
        { _good with { Count = 0 }, "n 0 is below 1" },
        { _good with { Count = 65 }, "n 65 is above 64" },
        { _good with { Width = 500 }, "width 500 is not a multiple of 8: the nearest is 504" },
        { _good with { Height = 505 }, "height 505 is not a multiple of 8: the nearest is 504" },
        { _good with { Width = 8 }, "width 8 is below 64" },
        { _good with { Width = 520 }, "width 520 is above 512" },
        { _good with { Steps = 0 }, "steps 0 is below 1" },
        { _good with { Steps = 1001 }, "steps 1001 is above 1000" },
        { _good with { Guidance = float.NaN }, "guidance NaN is not between 0 and 30" },
        { _good with { Guidance = -1 }, "guidance -1 is not between 0 and 30" },
        { _good with { Seed = -1 }, "seed -1 is not between 0 and 9223372036854775743" },
        { _good with { Scheduler = "pndm" }, "scheduler 'pndm' is unknown; known: ddim, euler" },
        { _good with { Format = (OutputFormat)9 }, "format 9 is unknown; known: png, jpeg, webp" },
        { _good with { Strength = .5f }, "strength is given without an image: name one, or leave strength out" },
        { _good with { Image = Image("image/png") }, "model 'tiny' takes no input pictures: leave the image out" },
        { _good with { Quality = 0 }, "quality 0 is below 1" },
        { _good with { Prompt = new string('a', 20_000) }, "prompt length 20000 is above 16384" },
        { _good with { NegativePrompt = new string('a', 20_000) }, "negative prompt length 20000 is above 16384" },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Faults_OneFault_IsNamedWithItsMend(GenerationRequest request, string fault) =>
        Assert.Equal([fault], RequestValidator.Faults([request], TestCapabilities.Tiny));

    [Theory]
    [InlineData(0f, "strength 0 is not above 0 and at most 1")]
    [InlineData(-1f, "strength -1 is not above 0 and at most 1")]
    [InlineData(1.1f, "strength 1.1 is not above 0 and at most 1")]
    [InlineData(float.NaN, "strength NaN is not above 0 and at most 1")]
    public void Faults_StrengthOutOfRange_IsNamed(float strength, string fault) => Assert.Equal(
        [fault], RequestValidator.Faults([_good with { Image = Image("image/png"), Strength = strength }], TestCapabilities.ImageToImage));

    [Fact]
    public void Faults_ImageOfAnotherType_NamesTheKnownOnes() => Assert.Equal(
        ["the image is of type text/plain; known: image/png, image/jpeg, image/webp"],
        RequestValidator.Faults([_good with { Image = Image("text/plain") }], TestCapabilities.ImageToImage));

    [Fact]
    public void Faults_ImageTooLong_IsNamed() => Assert.Equal(
        ["image length 67108865 is above 67108864 bytes"],
        RequestValidator.Faults([_good with { Image = Image("image/png", InputPicture.MaxBytes + 1) }], TestCapabilities.ImageToImage));

    [Theory]
    [InlineData(null)]
    [InlineData(1f)]
    [InlineData(.01f)]
    public void Faults_ImageAndItsStrength_AreAccepted(float? strength) => Assert.Empty(RequestValidator.Faults(
        [_good with { Image = Image("image/webp"), Strength = strength }], TestCapabilities.ImageToImage));

    [Fact]
    public void Faults_ManyFaults_AreAllReported()
    {
        var faults = RequestValidator.Faults([_good with { Width = 500, Steps = 0, Prompt = "" }], TestCapabilities.Tiny);
        Assert.Equal(["the prompt is empty: say what the picture shows", "width 500 is not a multiple of 8: the nearest is 504", "steps 0 is below 1"], faults);
    }

    [Fact]
    public void Faults_SeveralRequests_SayWhich() =>
        Assert.Equal(["request 2: n 0 is below 1"], RequestValidator.Faults([_good, _good with { Count = 0 }], TestCapabilities.Tiny));

    [Fact]
    public void Faults_NoRequest_IsAFault() =>
        Assert.Equal(["no prompt is given: name at least one"], RequestValidator.Faults([], TestCapabilities.Tiny));

    [Fact]
    public void Faults_EnhanceWithoutEnhancer_IsAFault() => Assert.Equal(
        ["model 'tiny' has no enhancer: leave enhance off"],
        RequestValidator.Faults([_good with { Enhance = true }], TestCapabilities.Tiny with { EnhanceFactor = 0 }));

    [Fact]
    public void Faults_TooManyPicturesInAJob_IsAFault() => Assert.Equal(
        ["4160 pictures are more than a job's 4096: send several jobs"],
        RequestValidator.Faults([.. Enumerable.Repeat(_good with { Count = 64 }, 65)], TestCapabilities.Tiny));

    [Fact]
    public void Faults_EveryDefault_IsAccepted() => Assert.Empty(RequestValidator.Faults([_good], TestCapabilities.Tiny));

    [Fact]
    public void ThrowIfFaulty_Faults_AreInOneMessage()
    {
        var job = new GenerationJob([_good with { Steps = 0, Count = 0 }]) { PreviewEverySteps = 1001 };
        var fault = Assert.Throws<FaultException>(() => RequestValidator.ThrowIfFaulty(job, TestCapabilities.Tiny));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Equal("n 0 is below 1; steps 0 is below 1; previews 1001 is above 1000", fault.Message);
    }
}
