using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Aigc.Artifacts;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Prompts;

namespace Aigc.Inference.Chain.Flights;

/// <summary>One picture on its way, for every call that wants it. Safe for many threads.</summary>
/// <param name="order">The picture.</param>
/// <param name="time">The clock.</param>
[SuppressMessage(
    "Reliability", "CA1001", Justification = "A source without timer or wait handle holds nothing, and a call may leave after the flight has ended.")]
internal sealed class PictureFlight(FlightOrder order, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<PictureMade> _made = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _landed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();
    private ImmutableArray<(CallProgress Call, int Place)> _calls = [];
    private int _stepsDone;

    public FlightOrder Order => order;

    public SpanRecorder Spans { get; } = new(time);

    /// <summary>Cancelled once no call wants the picture any more.</summary>
    public CancellationToken Cancellation => _cancel.Token;

    /// <summary>The picture; fails with <see cref="FlightAbandonedException"/> where it was never begun.</summary>
    public Task<PictureMade> Made => _made.Task;

    /// <summary>
    /// Completes once nothing of it runs any more, after <see cref="Made"/>: its model is let go, its checkpoints are written or deleted.
    /// </summary>
    public Task Landed => _landed.Task;

    /// <summary>The texts that were longer than the model reads.</summary>
    public IReadOnlyList<EncodedPrompt> Truncated { get; set; } = [];

    /// <summary>For the registry alone.</summary>
    public int Holders { get; set; }

    /// <summary>Whether a call left that may ask again, and go on from the checkpoints. Final once the flight is cancelled.</summary>
    public bool MayBeResumed { get; set; }

    public void Add(CallProgress call, int place)
    {
        lock (_gate)
        {
            _calls = _calls.Add((call, place));
            call.Stepped(_stepsDone);
        }
    }

    public void Remove(CallProgress call, int place)
    {
        lock (_gate)
            _calls = _calls.Remove((call, place));
    }

    /// <summary>Sets how many steps are done, of <see cref="FlightOrder.StepCount"/>.</summary>
    public void Stepped(int done)
    {
        lock (_gate)
        {
            var by = done - _stepsDone;
            _stepsDone = done;
            foreach (var (call, _) in _calls)
                call.Stepped(by);
        }
    }

    /// <summary>
    /// Whether a fault may be of what the call that began the flight gave it: all of that is read before the first step, and others that
    /// want the picture gave none of it.
    /// </summary>
    public bool MayBeSpoilt(FaultException fault) =>
        order.HasReferences && _stepsDone == 0 && fault.Kind is (FaultKind.DataLoss or FaultKind.NotFound or FaultKind.BadRequest);

    public bool WantsPreview(int step)
    {
        foreach (var (call, _) in _calls)
        {
            if (call.WantsPreview(step))
                return true;
        }

        return false;
    }

    public void Preview(int step, ArtifactRef artifact)
    {
        foreach (var (call, place) in _calls)
            call.Preview(place, step, artifact);
    }

    public void Checkpoint(int step, ArtifactRef artifact)
    {
        foreach (var (call, place) in _calls)
            call.Observer.Checkpoint(place, step, artifact);
    }

    public void Succeed(PictureMade made)
    {
        Stepped(order.StepCount);
        _made.TrySetResult(made);
    }

    public void Fail(Exception fault)
    {
        if (fault is OperationCanceledException)
            _made.TrySetCanceled();
        else
            _made.TrySetException(fault);
        // Whoever still listens hears of it; nobody need.
        _ = _made.Task.Exception;
    }

    public void Land() => _landed.TrySetResult();

    public void Cancel() => _cancel.Cancel();
}
