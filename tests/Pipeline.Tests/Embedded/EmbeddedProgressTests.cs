using Aigc.Artifacts;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Pipeline.Tests.Embedded;

/// <summary>What a job's status tells of calls under way. A group is two pictures of four steps.</summary>
public sealed class EmbeddedProgressTests : IDisposable
{
    private static readonly GenerationJob _job = new([new GenerationRequest { Prompt = "a", Seed = 7, Count = 4 }])
    {
        PreviewEverySteps = 1,
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Watch_OneGroupIsMade_ShowsPreviewsOfTheOtherAlone()
    {
        var stages = new PreviewingStages(heldFrom: 2);
        await using var engine = Engine(stages);
        var id = (await engine.StartAsync(_job)).Id;

        var during = await UntilAsync(engine, id, s => s.Pictures.Count == 2 && s.Previews.Count == 2);
        stages.Point.Continue();
        var ended = await UntilAsync(engine, id, s => s.Ended);

        Assert.Equal(1, stages.PreviewEverySteps);
        Assert.Equal([(2, 1), (3, 1)], during.Previews.Select(p => (p.Index, p.Step)));
        Assert.Equal((16, 4), (during.Progress.Steps, during.Progress.StepsDone));
        Assert.Empty(ended.Previews);
        Assert.Empty((await engine.GetStatusAsync(id))!.Previews);
    }

    [Fact]
    public async Task Watch_OneGroupFails_DropsItsPreviews()
    {
        var stages = new PreviewingStages(heldFrom: 2) { Fault = new FaultException(FaultKind.BadRequest, "too odd") };
        await using var engine = Engine(stages);
        var id = (await engine.StartAsync(_job)).Id;

        var during = await UntilAsync(engine, id, s => s.Progress.StepsDone == 4 && s.Previews.Count == 2);
        stages.Point.Continue();

        Assert.Equal([2, 3], during.Previews.Select(p => p.Index));
        Assert.Equal(JobState.Failed, (await UntilAsync(engine, id, s => s.Ended)).State);
    }

    [Fact]
    public async Task Cancel_CallsHaveTold_KeepsTheStepsAndDropsThePreviews()
    {
        await using var engine = Engine(new PreviewingStages());
        var id = (await engine.StartAsync(_job)).Id;
        await UntilAsync(engine, id, s => s.Previews.Count == 4);

        await engine.CancelAsync(id);
        var ended = await UntilAsync(engine, id, s => s.Ended);

        Assert.Equal((JobState.Cancelled, 4), (ended.State, ended.Progress.StepsDone));
        Assert.Empty(ended.Previews);
    }

    [Fact]
    public async Task Resume_CallsWereMade_CountsTheirSteps()
    {
        string id;
        await using (var engine = Engine(new PreviewingStages(heldFrom: 2)))
        {
            id = (await engine.StartAsync(_job)).Id;
            await UntilAsync(engine, id, s => s.Pictures.Count == 2);
        }

        var stages = new PreviewingStages();
        await using var next = Engine(stages);
        Assert.Single(await next.ResumeAsync());
        var during = await UntilAsync(next, id, s => s.Previews.Count == 2 && s.Pictures.Count == 2);
        stages.Point.Continue();

        Assert.Equal(8 + 2, during.Progress.StepsDone);
        Assert.Equal(JobState.Completed, (await UntilAsync(next, id, s => s.Ended)).State);
    }

    [Fact]
    public void Report_JobHasEnded_ChangesNothing()
    {
        var ended = new JobStatus
        {
            Id = "a",
            State = JobState.Cancelled,
            Job = _job,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Progress = new JobProgress(4, 0, 16, 3),
        };
        var job = new RunningJob(ended, 0, []);

        var picture = new ArtifactRef("a", "image/webp", 1, new string('a', 64));
        job.Report(new StageProgress(1, 0) { Previews = [new PreviewPicture(0, 1, picture)] });

        Assert.Same(ended, job.Look().Status);
    }

    private EmbeddedEngine Engine(PreviewingStages stages) => new(
        stages, new EmbeddedEngineOptions { Folder = _folder.Path }, TimeProvider.System, NullLogger<EmbeddedEngine>.Instance);

    private static async Task<JobStatus> UntilAsync(EmbeddedEngine engine, string id, Func<JobStatus, bool> reached)
    {
        await foreach (var status in engine.WatchAsync(id))
        {
            if (reached(status))
                return status;
            Assert.False(status.Ended, "it has ended");
        }

        throw new InvalidOperationException("it has ended");
    }
}
