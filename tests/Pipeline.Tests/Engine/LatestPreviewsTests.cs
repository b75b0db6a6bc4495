using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Tests.Engine;

public sealed class LatestPreviewsTests
{
    private readonly LatestPreviews _previews = new();

    [Fact]
    public void Add_SeveralOfAPicture_ShowsTheLatestInOrderOfPictures()
    {
        Assert.True(_previews.Add([Preview(3, 2), Preview(1, 1)]));
        Assert.True(_previews.Add([Preview(1, 4)]));
        Assert.False(_previews.Add([Preview(1, 4), Preview(3, 1)]));
        Assert.False(_previews.Add([]));

        Assert.Equal([(1, 4), (3, 2)], _previews.Shown.Select(p => (p.Index, p.Step)));
    }

    [Fact]
    public void Add_ManyPictures_ShowsTheFirstTwenty()
    {
        _previews.Add([.. Enumerable.Range(0, 64).Reverse().Select(i => Preview(i, 1))]);
        _previews.End([0, 1]);

        Assert.Equal(Enumerable.Range(2, 20), _previews.Shown.Select(p => p.Index));
    }

    [Fact]
    public void End_PreviewComesLate_StaysAway()
    {
        _previews.Add([Preview(0, 1)]);
        _previews.End([0, 1]);

        Assert.False(_previews.Add([Preview(0, 2), Preview(1, 1)]));
        Assert.Empty(_previews.Shown);
    }

    private static PreviewPicture Preview(int index, int step) =>
        new(index, step, new ArtifactRef($"previews/{index}/{step}.webp", "image/webp", 1, new string('a', 64)));
}
