using System.Text.Json;
using Aigc.Artifacts;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Degrading;
using Microsoft.DurableTask;

namespace Aigc.Functions.Orchestration;

/// <summary>Calls an activity until it answers or another try is of no use.</summary>
/// <param name="context">The orchestration.</param>
/// <param name="waiting">Told of the fault that is waited out, and of null once a try is made again.</param>
internal sealed class RetriedActivity(TaskOrchestrationContext context, Action<FaultMessage?> waiting)
{
    /// <summary>Calls it.</summary>
    /// <exception cref="FaultException">What the last try ended on.</exception>
    public Task<T> CallAsync<T>(string name, object input) =>
        TryAsync(name, input is StageMessage { GivesWay: true }, () => context.CallActivityAsync<T>(name, input));

    /// <summary>Likewise of a call that takes more than an activity.</summary>
    /// <param name="name">The stage.</param>
    /// <param name="givesWay">Whether less may be asked for instead.</param>
    /// <param name="call">Makes a try.</param>
    /// <exception cref="FaultException">What the last try ended on.</exception>
    public async Task<T> TryAsync<T>(string name, bool givesWay, Func<Task<T>> call)
    {
        var (failures, kind, first) = (0, default(FaultKind?), context.CurrentUtcDateTime);
        DateTime? began = null;
        while (true)
        {
            FaultMessage fault;
            try
            {
                return await call();
            }
            catch (TaskFailedException e)
            {
                fault = FaultMessage.From(e.FailureDetails);
            }
            catch (FaultException e)
            {
                fault = FaultMessage.From(e);
            }
            catch (JsonException e)
            {
                throw Damaged(name, e);
            }

            // The pipeline asks for less, and need not hear of it in an hour.
            if (givesWay && Concessions.EndsWaiting(name, fault.Kind))
                throw fault.ToException();
            (failures, first) = fault.Kind == kind ? (failures + 1, first) : (1, context.CurrentUtcDateTime);
            kind = fault.Kind;
            // Faults that take turns must not start each other's count again for ever.
            began ??= context.CurrentUtcDateTime;
            var over = context.CurrentUtcDateTime - began >= RetryRules.LongestOutage;
            if (over || RetryRules.Wait(fault, failures, context.CurrentUtcDateTime - first) is not { } wait)
                throw fault.ToException();
            waiting(fault);
            await context.CreateTimer(wait, CancellationToken.None);
            waiting(null);
        }
    }

    /// <summary>A history whose record of an answer cannot be read: the call was made, and another would read the same record.</summary>
    public static FaultException Damaged(string name, JsonException error) =>
        new(FaultKind.DataLoss, $"the answer of {name} cannot be read: the job's history is damaged; send the request again", error);
}
