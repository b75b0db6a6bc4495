using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Embedded;

/// <summary>Adapts the pipeline's surface to a stage executor and a journal in this process.</summary>
internal sealed class EmbeddedContext(
    RunningJob job,
    EngineCapabilities capabilities,
    IReadOnlyDictionary<string, string>? recorded,
    IStageExecutor executor,
    EmbeddedEnhancements enhancements,
    IChainPlanner planner,
    JobJournal journal,
    TimeProvider time) : IPipelineContext
{
    // No stage has this name.
    private const string PlanKey = "Plan";

    private readonly string _id = job.Look().Status.Id;

    public EngineCapabilities Capabilities => capabilities;

    private bool IsSplit => job.Look().Status.Plan?.Plan == ChainPlan.Split;

    /// <inheritdoc/>
    /// <remarks>
    /// A decision is journaled, since whoever takes the job up has learned other things. What follows from the job and the capabilities
    /// alone is not, and nor was anything else by earlier releases.
    /// </remarks>
    public Task<PlanDecision> PlanAsync(GenerationJob job)
    {
        var plain = ChainPlanner.Decide(job, capabilities);
        if (recorded is not null)
        {
            return Task.FromResult(
                recorded.TryGetValue(PlanKey, out var then) ? JsonSerializer.Deserialize(then, PipelineJson.Default.PlanDecision)! : plain);
        }

        var decision = planner.Decide(job, capabilities);
        if (decision != plain)
            journal.AddCall(_id, PlanKey, JsonSerializer.Serialize(decision, PipelineJson.Default.PlanDecision));
        return Task.FromResult(decision);
    }

    public async Task<TOutput> CallAsync<TInput, TOutput>(StageCall<TInput, TOutput> stage, TInput input)
        where TOutput : StageOutput
    {
        // Named by its input and not by its turn: groups run side by side, so turns differ from run to run.
        var key = $"{stage.Name}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(input, stage.Input))))}";
        if (recorded?.GetValueOrDefault(key) is { } answer)
        {
            // What was done before the process that did it was lost is done.
            job.Report(new StageProgress(Denoised(input!).Sum(p => p.Steps), 0));
            return JsonSerializer.Deserialize(answer, stage.Output)!;
        }

        if (recorded?.GetValueOrDefault(FaultOf(key)) is { } failed)
        {
            var then = JsonSerializer.Deserialize(failed, PipelineJson.Default.JobFault)!;
            throw new FaultException(then.Kind, then.Message);
        }

        job.Cancellation.ThrowIfCancellationRequested();
        var startMs = time.GetElapsedTime(job.StartedAt).TotalMilliseconds;
        TOutput output;
        try
        {
            output = (TOutput)await ExecuteOrEndPreviewsAsync(input!).ConfigureAwait(false);
        }
        catch (FaultException e) when (Concessions.CanGiveWay(input!))
        {
            // What gave way once has given way: whoever takes the job up must not find room for what is made already in another form.
            journal.AddCall(_id, FaultOf(key), JsonSerializer.Serialize(new JobFault(e.Kind, e.Message), PipelineJson.Default.JobFault));
            throw;
        }

        if (CallSample.Of(stage.Name, input!, output, time.GetElapsedTime(job.StartedAt).TotalMilliseconds - startMs) is { } sample)
            planner.Learn(sample);
        output = output with { Spans = [.. output.Spans.Select(s => s.After(startMs))] };
        journal.AddCall(_id, key, JsonSerializer.Serialize(output, stage.Output));
        return output;
    }

    public void SetPlan(PlanDecision plan, int steps) => job.Update(s => s with
    {
        Plan = plan,
        Progress = s.Progress with { Steps = steps, StepsDone = Math.Min(steps, s.Progress.StepsDone) },
    });

    public void AddBases(IReadOnlyList<BasePicture> bases) => job.UpdateWithout(
        bases.Select(b => b.Index), s => s with
        {
            Bases = [.. s.Bases.ExceptBy(bases.Select(b => b.Index), b => b.Index).Concat(bases).OrderBy(b => b.Index)],
        });

    public void AddPictures(IReadOnlyList<PictureResult> pictures) => job.UpdateWithout(pictures.Select(p => p.Index), s =>
    {
        PictureResult[] all = [.. s.Pictures.Concat(pictures).OrderBy(p => p.Index)];
        return s with
        {
            Pictures = all,
            Bases = [.. s.Bases.Where(b => !pictures.Any(p => p.Index == b.Index))],
            Progress = s.Progress with { PicturesDone = all.Length },
        };
    });

    private static string FaultOf(string key) => $"{key}-fault";

    private static IReadOnlyList<PictureSpec> Denoised(object input) => input switch
    {
        ChainInput chain => chain.Pictures,
        GenerateInput generate => generate.Pictures,
        _ => [],
    };

    private async Task<StageOutput> ExecuteOrEndPreviewsAsync(object input)
    {
        try
        {
            return await ExecuteAsync(input).ConfigureAwait(false);
        }
        catch
        {
            job.UpdateWithout(Denoised(input).Select(p => p.Index), s => s);
            throw;
        }
    }

    private async Task<StageOutput> ExecuteAsync(object input) => input switch
    {
        FindInput find => await executor.FindAsync(find, job.Cancellation).ConfigureAwait(false),
        ChainInput chain => await executor.RunChainAsync(chain, job, job.Cancellation).ConfigureAwait(false),
        UnderstandInput understand => await executor.UnderstandAsync(understand, job.Cancellation).ConfigureAwait(false),
        PrepareInput prepare => await executor.PrepareAsync(prepare, job.Cancellation).ConfigureAwait(false),
        GenerateInput generate => await executor.GenerateAsync(generate, job, job.Cancellation).ConfigureAwait(false),
        EnhanceInput enhance when IsSplit =>
            await enhancements.EnhanceAsync(_id, enhance, job, job.Cancellation).ConfigureAwait(false),
        EnhanceInput enhance => await executor.EnhanceAsync(enhance, job, job.Cancellation).ConfigureAwait(false),
        _ => throw new ArgumentException($"no stage takes a {input.GetType().Name}", nameof(input)),
    };
}
