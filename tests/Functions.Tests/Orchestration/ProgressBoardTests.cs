using Aigc.Artifacts;
using Aigc.Functions.Messages;
using Aigc.Functions.Orchestration;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Tests.Orchestration;

public sealed class ProgressBoardTests
{
    private readonly ProgressBoard _board = new();

    [Fact]
    public void Hear_TwoCalls_AddsThemUp()
    {
        _board.Begin(Specs(0, 1));
        _board.Begin(Specs(2));

        Assert.True(_board.Hear(new ProgressMessage(2, 3, [])));
        Assert.True(_board.Hear(new ProgressMessage(0, 5, [])));

        Assert.Equal(8, _board.StepsDone);
    }

    [Fact]
    public void Hear_LateTwiceOrOfNoCall_ChangesNothing()
    {
        _board.Begin(Specs(0, 1));
        _board.Hear(new ProgressMessage(0, 5, [Preview(0, 3)]));

        Assert.False(_board.Hear(new ProgressMessage(0, 5, [Preview(0, 3)])));
        Assert.False(_board.Hear(new ProgressMessage(0, 2, [Preview(0, 1)])));
        Assert.False(_board.Hear(new ProgressMessage(0, -7, null!)));
        Assert.False(_board.Hear(new ProgressMessage(9, 5, [Preview(9, 3)])));
        Assert.False(_board.Hear(null));

        Assert.Equal(5, _board.StepsDone);
        Assert.Equal([Preview(0, 3)], _board.Previews);
    }

    [Fact]
    public void Hear_MoreStepsThanTheCallHas_CountsThoseItHas()
    {
        _board.Begin(Specs(0));

        _board.Hear(new ProgressMessage(0, 100, []));

        Assert.Equal(4, _board.StepsDone);
    }

    [Fact]
    public void Made_CallThatSaidNothing_CountsWhole()
    {
        _board.Begin(Specs(0, 1));
        _board.Found(Specs(2));
        _board.Made(Specs(0, 1));

        Assert.False(_board.Hear(new ProgressMessage(0, 8, [])));

        Assert.Equal(12, _board.StepsDone);
    }

    [Fact]
    public void EndPreviews_LatePreview_StaysAway()
    {
        _board.Begin(Specs(0, 1));
        _board.Hear(new ProgressMessage(0, 1, [Preview(0, 1), Preview(1, 1)]));

        _board.EndPreviews([0]);

        Assert.False(_board.Hear(new ProgressMessage(0, 1, [Preview(0, 2)])));
        Assert.Equal([Preview(1, 1)], _board.Previews);
    }

    private static PictureSpec[] Specs(params int[] indexes) =>
        [.. indexes.Select(i => new PictureSpec(i, "a", "", 64, 64, 4, 1, i, "ddim", false, OutputFormat.Png, 90))];

    private static PreviewPicture Preview(int index, int step) =>
        new(index, step, new ArtifactRef($"previews/{index}/{step}.webp", "image/webp", 1, new string('a', 64)));
}
