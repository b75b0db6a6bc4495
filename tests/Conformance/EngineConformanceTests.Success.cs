using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Conformance;

// What a job comes to where nothing goes wrong, and how it fans out.
public abstract partial class EngineConformanceTests
{
    [ConformanceFact]
    public async Task Start_EachPlan_MakesTheSamePicturesAndSaysWhereTheTimeWent()
    {
        await using var under = Create(new ConformanceStages());
        var names = new HashSet<string>();
        foreach (var plan in Enum.GetValues<ChainPlan>())
        {
            var ended = await RunAsync(under.Engine, Job(3, plan));

            AssertPictures(3, ended);
            AssertAddsUp(ended.Ledger);
            Assert.Equal((plan, "the request names it"), (ended.Plan!.Plan, ended.Plan.Reason));
            Assert.True(ended.EndedAt >= ended.CreatedAt);
            names.Add(string.Join('|', ended.Pictures.Select(p => p.Picture.Name)));
        }

        Assert.Single(names);
    }

    [ConformanceFact]
    public async Task Start_NoPlan_SaysWhichRanAndWhy()
    {
        await using var under = Create(new ConformanceStages());
        var ended = await RunAsync(under.Engine, Job(1));
        Assert.Equal(ChainPlan.Fused, ended.Plan!.Plan);
        Assert.NotEqual("the request names it", ended.Plan.Reason);
    }

    [ConformanceFact]
    public async Task Start_NoSeed_DrawsOneAndSaysWhich()
    {
        await using var under = Create(new ConformanceStages());
        var started = await under.Engine.StartAsync(new GenerationJob([_request with { Seed = null, Count = 2 }]));
        var ended = await EndAsync(under.Engine, started.Id);
        Assert.NotNull(started.Job.Requests[0].Seed);
        Assert.Equal(started.Job.Requests[0].Seed, ended.Job.Requests[0].Seed);
        AssertPictures(2, ended);
    }

    [ConformanceFact]
    public async Task Start_SeveralFaults_AreAllNamedAtOnce()
    {
        await using var under = Create(new ConformanceStages());
        var job = new GenerationJob([_request with { Width = 9, Steps = 0 }]);
        var fault = await Assert.ThrowsAsync<FaultException>(() => under.Engine.StartAsync(job));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Contains("width 9", fault.Message, StringComparison.Ordinal);
        Assert.Contains("steps 0", fault.Message, StringComparison.Ordinal);
    }

    [ConformanceFact]
    public async Task Start_EightPictures_ComeInOrderOfTheirSeeds()
    {
        await using var under = Create(new ConformanceStages());
        AssertPictures(8, await RunAsync(under.Engine, Job(8)));
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Start_EightPictures_RunSideBySideInGroupsAndKeepTheirOrder()
    {
        var stages = new ConformanceStages();
        var first = stages.Hold(StageNames.RunChain, 0);
        await using var under = Create(stages);

        var id = (await under.Engine.StartAsync(Job(8))).Id;
        await ReachAsync(under.Engine, id, status => status.Progress.PicturesDone == 6);
        first.Continue();

        AssertPictures(8, await EndAsync(under.Engine, id));
        Assert.Equal(["RunChain 0,1", "RunChain 2,3", "RunChain 4,5", "RunChain 6,7"], stages.Calls.Order(StringComparer.Ordinal));
    }

    [ConformanceFact(Needs.Stages)]
    public async Task Start_Staged_CallsEachStageOnceAGroupAndSkipsWhatIsFound()
    {
        var stages = new ConformanceStages { Found = { 0, 2, 3 } };
        await using var under = Create(stages);
        AssertPictures(4, await RunAsync(under.Engine, Job(4, ChainPlan.Staged)));
        Assert.Equal(
            ["Enhance 1", "Find", "Find", "Generate 1", $"Understand {_request.Prompt}|"], stages.Calls.Order(StringComparer.Ordinal));
    }

    [ConformanceFact(Needs.Stages, Needs.Requests)]
    public async Task Start_SizesDiffer_ShareNoCall()
    {
        var stages = new ConformanceStages();
        await using var under = Create(stages);
        var ended = await RunAsync(under.Engine, new GenerationJob([_request, _request with { Width = 64 }]));
        Assert.Equal((JobState.Completed, 2), (ended.State, ended.Pictures.Count));
        Assert.Equal(["RunChain 0", "RunChain 1"], stages.Calls.Order(StringComparer.Ordinal));
    }

    [ConformanceFact]
    public async Task Start_LargestRequest_MakesEachPictureOnce()
    {
        var stages = new ConformanceStages();
        await using var under = Create(stages);
        var job = new GenerationJob([_request with { Count = RequestValidator.MaxCount, Steps = 2 }]);
        AssertPictures(RequestValidator.MaxCount, await RunAsync(under.Engine, job));
        Assert.All(stages.Made.Values, times => Assert.Equal(1, times));
    }

    [ConformanceFact(Needs.Stages, Needs.Requests)]
    public async Task Start_LargestJob_MakesEachPictureOnce()
    {
        var stages = new ConformanceStages { Capabilities = ConformanceStages.Tiny with { PreferredBatch = 8 } };
        await using var under = Create(stages);
        var requests = Enumerable.Range(0, LargestJob / RequestValidator.MaxCount)
            .Select(i => _request with { Prompt = $"circle {i}", Count = RequestValidator.MaxCount });

        var ended = await RunAsync(under.Engine, new GenerationJob([.. requests]));

        Assert.Equal((JobState.Completed, LargestJob), (ended.State, ended.Progress.PicturesDone));
        Assert.Equal(Enumerable.Range(0, LargestJob), ended.Pictures.Select(p => p.Index));
        Assert.Equal(LargestJob, ended.Pictures.Select(p => p.Picture.Name).Distinct().Count());
        Assert.Equal(LargestJob, stages.Made.Count);
        Assert.All(stages.Made.Values, times => Assert.Equal(1, times));
    }
}
