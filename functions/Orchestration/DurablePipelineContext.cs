using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Functions.Activities;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Microsoft.DurableTask;

namespace Aigc.Functions.Orchestration;

/// <summary>Adapts the pipeline's surface to an orchestration: a stage is an activity, and the job's status its custom status.</summary>
internal sealed class DurablePipelineContext : IPipelineContext
{
    /// <summary>How many references a status holds: about 13 KB of them as UTF-16, of the 16 that a custom status may have.</summary>
    internal const int MaxShown = 16;

    private readonly TaskOrchestrationContext _context;
    private readonly JobInput _input;
    private readonly IChainPlanner _planner;
    private readonly RetriedActivity _activities;
    private readonly SortedDictionary<int, PictureResult> _pictures = [];
    private readonly SortedDictionary<int, BasePicture> _bases = [];
    private readonly ProgressBoard _board = new();

    // Whether each of those that run as orchestrations of their own has said that it waits.
    private readonly Dictionary<int, bool> _enhancing = [];
    private PlannedJob? _planned;
    private StatusMessage _status;
    private int _waiting;
    private int _waits;
    private bool _ended;

    public DurablePipelineContext(TaskOrchestrationContext context, JobInput input, IChainPlanner planner)
    {
        (_context, _input, _planner) = (context, input, planner);
        _status = new StatusMessage { Pictures = input.Pictures };
        _activities = new RetriedActivity(context, Wait);
    }

    public EngineCapabilities Capabilities => _planned is null ? SlimJob.Capabilities : SlimJob.CapabilitiesOf(_planned);

    /// <summary>The finished pictures so far.</summary>
    public IReadOnlyList<PictureResult> Pictures => [.. _pictures.Values];

    public PlanDecision? Plan => _planned?.Plan;

    /// <summary>The status, without the finished pictures: those of a job that has ended are in its outcome.</summary>
    public StatusMessage Shown => _status with { Ready = [] };

    /// <summary>Milliseconds since the job was accepted.</summary>
    public double ElapsedMs => Math.Max(0, (_context.CurrentUtcDateTime - _input.AcceptedAt.UtcDateTime).TotalMilliseconds);

    /// <summary>Carries the job out.</summary>
    public async Task<PipelineResult> RunAsync()
    {
        // Recorded either way, in the input or as an activity's answer: a replay never decides again.
        _planned = _input.Planned
            ?? await _activities.CallAsync<PlannedJob>(JobNames.Plan, new PlanMessage(_context.InstanceId, _input.Job));
        return await ImagePipeline.RunAsync(this, SlimJob.Of(_planned));
    }

    public Task<PlanDecision> PlanAsync(GenerationJob job) => Task.FromResult(_planned!.Plan);

    public async Task<TOutput> CallAsync<TInput, TOutput>(StageCall<TInput, TOutput> stage, TInput input)
        where TOutput : StageOutput
    {
        var (startMs, waits) = (ElapsedMs, _waits);
        var message = StageMapping.ToMessage(input!, _context.InstanceId, _planned!.Manifest) with { TraceParent = _input.TraceParent };
        var answer = input switch
        {
            EnhanceInput when _planned.Plan.Plan == ChainPlan.Split => await EnhanceAsync(message),
            ChainInput chain => await DenoiseAsync(stage.Name, message, chain.Pictures),
            GenerateInput generate => await DenoiseAsync(stage.Name, message, generate.Pictures),
            _ => await _activities.CallAsync<StageAnswer>(stage.Name, message),
        };
        if (input is FindInput find)
            _board.Found(find.Pictures.Where(p => answer.Pictures.Any(there => there.Index == p.Index)));
        Learn(stage.Name, input!, StageMapping.ToOutput<TOutput>(answer, span => span), ElapsedMs - startMs, waits);
        return StageMapping.ToOutput<TOutput>(answer, span => span.After(startMs));
    }

    /// <summary>Records a part of the result.</summary>
    public Task<int> RecordAsync(ResultPart part) => _activities.CallAsync<int>(JobNames.RecordResult, part);

    public void SetPlan(PlanDecision plan, int steps) => Publish(_status with { Plan = plan, Steps = steps });

    /// <summary>A call says how far it is.</summary>
    public void Hear(ProgressMessage? message)
    {
        if (_board.Hear(message))
            Publish(_status);
    }

    /// <summary>An enhancement of its own says that it waits.</summary>
    public void Hear(WaitingMessage? message)
    {
        // What comes when it has answered, or was never asked for, is nothing to wait for.
        if (message is not null && _enhancing.ContainsKey(message.Call))
        {
            _waits++;
            _enhancing[message.Call] = true;
            Publish(_status with { Waiting = Waiting(message.Why) });
        }
    }

    /// <summary>The job has ended: nothing is being made any more.</summary>
    public void End()
    {
        _ended = true;
        Publish(_status);
    }

    public void AddBases(IReadOnlyList<BasePicture> bases)
    {
        _board.EndPreviews(bases.Select(b => b.Index));
        foreach (var made in bases)
            _bases[made.Index] = made;
        Publish(_status);
    }

    public void AddPictures(IReadOnlyList<PictureResult> pictures)
    {
        if (pictures.Count == 0)
            return;
        _board.EndPreviews(pictures.Select(p => p.Index));
        foreach (var picture in pictures)
        {
            _pictures[picture.Index] = picture;
            _bases.Remove(picture.Index);
        }

        Publish(_status);
    }

    // A replay hears nothing again, and a call during which one waited for a host says nothing of what calls cost.
    private void Learn(string call, object input, StageOutput output, double elapsedMs, int waits)
    {
        if (!_context.IsReplaying && waits == _waits && CallSample.Of(call, input, output, elapsedMs) is { } sample)
            _planner.Learn(sample);
    }

    private async Task<StageAnswer> DenoiseAsync(string stage, StageMessage message, IReadOnlyList<PictureSpec> pictures)
    {
        _board.Begin(pictures);
        try
        {
            var answer = await _activities.CallAsync<StageAnswer>(
                stage, message with { Reports = ProgressThrottle.ShareOf(pictures.Count, _input.Pictures) });
            _board.Made(pictures);
            return answer;
        }
        catch (FaultException)
        {
            _board.EndPreviews(pictures.Select(p => p.Index));
            throw;
        }
        finally
        {
            Publish(_status);
        }
    }

    private async Task<StageAnswer> EnhanceAsync(StageMessage message)
    {
        _enhancing[message.Pictures[0]] = false;
        try
        {
            var answer = await _context.CallSubOrchestratorAsync<EnhanceAnswer>(
                JobNames.EnhanceOrchestrator, message with { Queued = _input.EnhanceQueued });
            return answer.Answer ?? throw answer.Fault!.ToException();
        }
        catch (TaskFailedException e)
        {
            // It answers its own faults: that it fails means that its history is damaged, or that someone ended it.
            throw new FaultException(FaultKind.Internal, $"the enhancement ended by itself: {Texts.Clip(e.FailureDetails.ErrorMessage, 200)}", e);
        }
        catch (JsonException e)
        {
            throw RetriedActivity.Damaged(JobNames.EnhanceOrchestrator, e);
        }
        finally
        {
            _enhancing.Remove(message.Pictures[0]);
            GoOn();
        }
    }

    private void Wait(FaultMessage? fault)
    {
        _waiting += fault is null ? -1 : 1;
        _waits += fault is null ? 0 : 1;
        if (fault is not null)
            Publish(_status with { Waiting = Waiting(fault.Message) });
        else
            GoOn();
    }

    private void GoOn()
    {
        if (_status.Waiting is not null && _waiting == 0 && !_enhancing.ContainsValue(true))
            Publish(_status with { Waiting = null });
    }

    private static string Waiting(string why) => $"waiting: {Texts.Clip(why, 400)}";

    private void Publish(StatusMessage status)
    {
        var few = _pictures.Count + _bases.Count <= MaxShown;
        var room = few ? MaxShown - _pictures.Count - _bases.Count : MaxShown;
        _status = status with
        {
            Done = _pictures.Count,
            Based = _bases.Count,
            StepsDone = Math.Min(status.Steps, _board.StepsDone),
            Previews = _ended ? [] : [.. _board.Previews.Take(room)],
            // What gave way is told at the end: a status has no room for it.
            Ready = few ? [.. _pictures.Values.Select(p => p with { Degraded = null })] : [],
            Bases = few ? [.. _bases.Values] : [],
        };
        _context.SetCustomStatus(_status);
    }
}
