using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Tests.Degrading;

public sealed class ConcessionsTests
{
    private static readonly EngineCapabilities _model = new(
        "tiny", new string('d', 64), SizeMultiple: 8, MinSize: 60, MaxSize: 512, DefaultWidth: 128, DefaultHeight: 128, MaxSteps: 1000,
        DefaultSteps: 4, DefaultGuidance: 4, ["ddim"], "ddim", EnhanceFactor: 4, PreferredBatch: 2);

    private static readonly PictureSpec _picture =
        new(0, "a fox", "", 512, 200, 20, 4, 7, "ddim", Enhance: true, OutputFormat.Png, 90);

    [Theory]
    [InlineData(20, 10)]
    [InlineData(9, 5)]
    [InlineData(7, 4)]
    [InlineData(5, 4)]
    [InlineData(4, 4)]
    [InlineData(1, 1)]
    public void Apply_Steps_HalvesThemToFourAtLeast(int asked, int made) =>
        Assert.Equal(made, Concessions.Apply([Concession.Steps], _picture with { Steps = asked }, _model).Steps);

    [Theory]
    [InlineData(512, 200, 256, 96)]
    [InlineData(128, 64, 64, 64)]
    [InlineData(64, 64, 64, 64)]
    public void Apply_Size_HalvesEachSideToTheModelsLeast(int width, int height, int madeWidth, int madeHeight)
    {
        var made = Concessions.Apply([Concession.Size], _picture with { Width = width, Height = height }, _model);
        Assert.Equal((madeWidth, madeHeight), (made.Width, made.Height));
    }

    [Fact]
    public void Apply_OneAfterTheOther_AddsUpAndNamesAnotherPicture()
    {
        var made = Concessions.Apply([Concession.Enhance, Concession.Steps, Concession.Size], _picture, _model);
        Assert.Equal((false, 10, 256, 96), (made.Enhance, made.Steps, made.Width, made.Height));
        Assert.Equal(
            (_picture with { Enhance = false, Steps = 10, Width = 256, Height = 96 }).Name("d"), made.Name("d"));
        Assert.NotEqual(_picture.Name("d"), made.Name("d"));
    }

    [Fact]
    public void Apply_NothingToGive_IsTheSamePicture()
    {
        var least = _picture with { Enhance = false, Steps = 4, Width = 64, Height = 64 };
        Assert.Same(least, Concessions.Apply(Enum.GetValues<Concession>(), least, _model));
        Assert.Same(least, Concessions.Apply(null, least, _model));
    }

    [Theory]
    [InlineData(StageNames.RunChain, FaultKind.Overloaded, "enhance, steps, size")]
    [InlineData(StageNames.RunChain, FaultKind.DeadlineExceeded, "enhance, steps, size")]
    [InlineData(StageNames.RunChain, FaultKind.Unavailable, "")]
    [InlineData(StageNames.RunChain, FaultKind.BadRequest, "")]
    [InlineData(StageNames.Generate, FaultKind.Overloaded, "steps, size")]
    [InlineData(StageNames.Enhance, FaultKind.Overloaded, "enhance")]
    [InlineData(StageNames.Enhance, FaultKind.Unavailable, "enhance")]
    [InlineData(StageNames.Enhance, FaultKind.Internal, "enhance")]
    [InlineData(StageNames.Enhance, FaultKind.OutOfSpace, "")]
    [InlineData(StageNames.Understand, FaultKind.Overloaded, "")]
    public void Helps_FaultOfAStage_IsThoseThatMakeThatCallLess(string stage, FaultKind kind, string helping) => Assert.Equal(
        helping,
        string.Join(", ", Enum.GetValues<Concession>().Where(c => Concessions.Helps(c, stage, kind)).Select(Concessions.WordOf)));

    [Fact]
    public void Find_EachWord_IsItsConcession()
    {
        Assert.All(Enum.GetValues<Concession>(), concession => Assert.Equal(concession, Concessions.Find(Concessions.WordOf(concession))));
        Assert.Null(Concessions.Find("Steps"));
        Assert.Null(Concessions.Find("0"));
        Assert.Equal("enhance, steps, size, model", Concessions.Words);
    }
}
