using Aigc.Artifacts;
using Aigc.Conformance;
using Aigc.Functions.Activities;
using Aigc.Functions.Enhancing;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Functions.Orchestration;
using Aigc.FunctionsDurable;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Enhancing;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Functions.Tests;

/// <summary>The app's functions on the replaying engine, over a store of files and stages that are made up.</summary>
internal sealed class AppHost : IAsyncDisposable
{
    // Long past any real wait: a test that is wrong fails here and does not hang.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private long _seed = 41;

    /// <param name="stages">What the app calls.</param>
    /// <param name="options">How the engine behaves.</param>
    /// <param name="time">The activities' clock.</param>
    /// <param name="around">What is put around the stages.</param>
    /// <param name="planner">Chooses plans; null for one that knows nothing of hosts.</param>
    /// <param name="queue">Where enhancements wait; null for none.</param>
    /// <param name="ended">Keeps what jobs came to; null for nobody.</param>
    /// <param name="log">Told what the worker of the queue logs.</param>
    public AppHost(
        ConformanceStages? stages = null,
        InMemoryDurableOptions? options = null,
        TimeProvider? time = null,
        Func<IStageExecutor, IStageExecutor>? around = null,
        IChainPlanner? planner = null,
        IEnhanceSender? queue = null,
        ILogger<EnhanceWorker>? log = null,
        EndedJobs? ended = null)
    {
        Planner = planner ?? new AdaptivePlanner(new StageCosts(), () => LoadReading.Unknown);
        Stages = stages ?? new ConformanceStages();
        Store = new FileArtifactStore(_folder.Path);
        Durable = new InMemoryDurableEngine(options ?? new InMemoryDurableOptions
        {
            // Not the limit on how long a queue is waited for.
            FireTimersAtOnce = true,
            LongestAtOnce = TimeSpan.FromHours(1),
        });
        Durable.AddOrchestrator(JobNames.ImageOrchestrator, new ImageOrchestrator(Planner, ended).RunAsync);
        Durable.AddOrchestrator(JobNames.EnhanceOrchestrator, EnhanceOrchestrator.RunAsync);
        var runner = new ActivityRunner(Store, time ?? TimeProvider.System, NullLogger<ActivityRunner>.Instance);
        var stage = new StageActivity(runner, around?.Invoke(Stages) ?? Stages);
        Add<StageMessage, StageAnswer>(StageNames.Find, new FindActivity(stage).RunAsync);
        Add<StageMessage, StageAnswer>(StageNames.RunChain, Hearing(new ChainActivity(stage).RunAsync));
        Add<StageMessage, StageAnswer>(StageNames.Understand, new UnderstandActivity(stage).RunAsync);
        Add<StageMessage, StageAnswer>(StageNames.Prepare, new PrepareActivity(stage).RunAsync);
        Add<StageMessage, StageAnswer>(StageNames.Generate, Hearing(new GenerateActivity(stage).RunAsync));
        var enhance = new EnhanceActivity(stage);
        Add<StageMessage, StageAnswer>(StageNames.Enhance, enhance.RunAsync);
        Add<EnhanceWork, bool>(JobNames.SendEnhance, new SendEnhanceActivity(runner, queue).RunAsync);
        Worker = new EnhanceWorker(enhance, log ?? NullLogger<EnhanceWorker>.Instance, queue as EnhanceQueueClient);
        Add<PlanMessage, PlannedJob>(JobNames.Plan, new PlanActivity(runner, Stages, Planner).RunAsync);
        Add<ResultPart, int>(JobNames.RecordResult, new RecordResultActivity(runner).RunAsync);
        Options = new DurableEngineOptions
        {
            DrawSeed = () => Interlocked.Increment(ref _seed),
            LongestWatch = TimeSpan.FromMilliseconds(20),
            EnhanceQueued = queue is not null,
        };
        Engine = new DurableEngine(Durable.Client, Store, Stages, Planner, Options, TimeProvider.System, ended);
    }

    public ConformanceStages Stages { get; }

    public IChainPlanner Planner { get; }

    public FileArtifactStore Store { get; }

    public InMemoryDurableEngine Durable { get; }

    public DurableEngineOptions Options { get; }

    public EnhanceWorker Worker { get; }

    public DurableEngine Engine { get; }

    public async Task<JobStatus> RunAsync(GenerationJob job) => await DoneAsync((await Engine.StartAsync(job)).Id);

    public async Task<JobStatus> DoneAsync(string id)
    {
        await Durable.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(Limit);
        return (await Engine.GetStatusAsync(id))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Durable.DisposeAsync();
        _folder.Dispose();
    }

    private Func<StageMessage, CancellationToken, Task<StageAnswer>> Hearing(
        Func<StageMessage, DurableTaskClient, CancellationToken, Task<StageAnswer>> run) =>
        (message, cancellationToken) => run(message, Durable.Client, cancellationToken);

    private void Add<TInput, TOutput>(string name, Func<TInput, CancellationToken, Task<TOutput>> run) =>
        Durable.AddActivity<TInput, TOutput>(name, (_, input, cancellationToken) => run(input, cancellationToken));
}
