using Aigc.Api.Generations.Events;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Api.Tests.Generations.Events;

public sealed class ToldTests
{
    private static readonly ArtifactRef _artifact = new("a", "image/png", 1, new string('a', 64));

    private static readonly JobStatus _status = new()
    {
        Id = "job",
        State = JobState.Running,
        Job = new GenerationJob([]),
        CreatedAt = DateTimeOffset.UnixEpoch,
        Progress = new JobProgress(20, 1, 40, 7),
        Pictures = [Picture(17)],
        Bases = [new BasePicture(3, _artifact)],
        Previews = [new PreviewPicture(4, 8, _artifact), new PreviewPicture(19, 2, _artifact)],
    };

    [Fact]
    public void Tell_IdOfEachEventGivenBack_TellsTheEventsAfterIt()
    {
        var events = new Told().Tell(_status, "").ToList();

        Assert.Equal(["status", "preview", "preview", "base", "picture"], events.Select(one => one.Name));
        for (var i = 0; i < events.Count; i++)
            Assert.Equal(events.Skip(i + 1), Told.Parse(events[i].Id).Tell(_status, ""));
    }

    [Fact]
    public void Tell_PictureLater_TellsItAndTheProgressAndNothingTwice()
    {
        var told = new Told();
        var last = told.Tell(_status, "").Last();
        var later = _status with { Pictures = [Picture(2), Picture(17)], Progress = _status.Progress with { PicturesDone = 2 } };

        Assert.True(Told.Parse(last.Id).IsUrgent(later));
        Assert.Equal(["status", "picture"], Told.Parse(last.Id).Tell(later, "").Select(one => one.Name));
        Assert.False(Told.Parse(last.Id).IsUrgent(_status with { Progress = _status.Progress with { StepsDone = 8 } }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("1.40-7-1-0-0.###.CA.")]
    [InlineData("1.x.AAAC.CA.")]
    [InlineData("1.40-7-1-0-0.AAAC.CA.4-x")]
    [InlineData("1.40-7-1-0-0.AAAC.CA.99999-1")]
    [InlineData("2.40-7-1-0-0.AAAC.CA.")]
    public void Parse_IdOfNoEvent_TellsAllAnew(string? id) => Assert.Equal(5, Told.Parse(id).Tell(_status, "").Count());

    [Fact]
    public void Tell_JobOfTheMostPictures_HasAnIdThatFitsAHeader()
    {
        var all = _status with { Pictures = [.. Enumerable.Range(0, RequestValidator.MaxPictures).Select(Picture)] };

        var last = new Told().Tell(all, "").Last();

        Assert.InRange(last.Id.Length, 600, 1000);
        Assert.Empty(Told.Parse(last.Id).Tell(all, ""));
    }

    private static PictureResult Picture(int index) => new(index, _artifact, index, 8, 8, Found: false);
}
