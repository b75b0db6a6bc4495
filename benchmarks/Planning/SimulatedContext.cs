using Aigc.Artifacts;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Benchmarks.Planning;

/// <summary>The pipeline's surface over simulated hosts: the chain that runs is the product's own.</summary>
internal sealed class SimulatedContext(
    EventQueue events,
    Random random,
    TrueCosts costs,
    SimulatedPool generators,
    SimulatedPool enhancers,
    IChainPlanner planner) : IPipelineContext
{
    private static readonly ArtifactRef _artifact = new("simulated", "image/png", 1, new string('0', 64));

    public EngineCapabilities Capabilities { get; } = new(
        "simulated", "digest", SizeMultiple: 8, MinSize: 64, MaxSize: 1024, DefaultWidth: 512, DefaultHeight: 512, MaxSteps: 1000,
        DefaultSteps: 8, DefaultGuidance: 1, ["ddim"], "ddim", EnhanceFactor: 2, PreferredBatch: costs.MostRows);

    /// <summary>What was decided.</summary>
    public PlanDecision? Decision { get; private set; }

    public Task<PlanDecision> PlanAsync(GenerationJob job) => Task.FromResult(Decision = planner.Decide(job, Capabilities));

    public async Task<TOutput> CallAsync<TInput, TOutput>(StageCall<TInput, TOutput> stage, TInput input)
        where TOutput : StageOutput
    {
        var start = events.NowMs;
        var answered = new TaskCompletionSource<StageOutput>();
        var there = .5 * costs.HopMs * (.75 + .5 * random.NextDouble());
        if (input is FindInput)
        {
            // The store answers it, and no host.
            var read = new StageSpan(Stage.Store, there, there + 1);
            events.After(2 * there + 1, () => answered.SetResult(new FindOutput([]) { Spans = [read] }));
        }
        else
        {
            var pool = input is EnhanceInput && !enhancers.IsEmpty ? enhancers : generators;
            var host = pool.Take();
            var call = new SimulatedCall(events, host, costs, start);
            events.After(there, () => Carry(call, input!, () => events.After(there, () =>
            {
                host.Calls--;
                answered.SetResult(Output(input!, _artifact.At(host.Name)) with { Spans = [.. call.Spans] });
            })));
        }

        var output = (TOutput)await answered.Task.ConfigureAwait(true);
        if (CallSample.Of(stage.Name, input!, output, events.NowMs - start) is { } sample)
            planner.Learn(sample);
        return output;
    }

    public void SetPlan(PlanDecision plan, int steps)
    {
    }

    public void AddBases(IReadOnlyList<BasePicture> bases)
    {
    }

    public void AddPictures(IReadOnlyList<PictureResult> pictures)
    {
    }

    private static IReadOnlyList<PictureResult> Results(IReadOnlyList<PictureSpec> pictures, ArtifactRef made) =>
        [.. pictures.Select(p => new PictureResult(p.Index, made, p.Seed, p.Width, p.Height, Found: false))];

    private static StageOutput Output(object input, ArtifactRef made) => input switch
    {
        ChainInput chain => new ChainOutput(Results(chain.Pictures, made), []),
        UnderstandInput understand => new UnderstandOutput([.. understand.Texts.Select(_ => made)], []),
        GenerateInput generate => new GenerateOutput([.. generate.Pictures.Select(_ => made)]),
        EnhanceInput enhance => new EnhanceOutput(Results(enhance.Pictures, made)),
        _ => throw new ArgumentException($"no host takes a {input.GetType().Name}", nameof(input)),
    };

    private void Carry(SimulatedCall call, object input, Action done)
    {
        switch (input)
        {
            case ChainInput chain:
                call.Understand(() => call.Generate(chain.Pictures, enhancing: true, costs.AsideMs, done));
                break;
            case UnderstandInput:
                call.Understand(done);
                break;
            case GenerateInput { Embeddings.Count: > 0 } generate:
                call.Generate(generate.Pictures, enhancing: false, costs.BaseAsideMs, done);
                break;
            case GenerateInput generate:
                call.Understand(() => call.Generate(generate.Pictures, enhancing: false, costs.BaseAsideMs, done));
                break;
            case EnhanceInput enhance:
                call.Enhance(enhance.Pictures, done);
                break;
            default:
                throw new ArgumentException($"no host takes a {input.GetType().Name}", nameof(input));
        }
    }
}
