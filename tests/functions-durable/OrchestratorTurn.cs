namespace Aigc.FunctionsDurable;

/// <summary>Runs an orchestrator once over a history and says what came of it.</summary>
internal sealed class OrchestratorTurn(JsonPayloads payloads, InMemoryDurableOptions options)
{
    internal const string ForeignAwait =
        "The orchestrator awaited a task that is not its context's own, so it can not be replayed: only tasks of "
        + "TaskOrchestrationContext may be awaited, and on its thread.";

    /// <param name="record">The instance; its history ends with the new events.</param>
    /// <param name="firstNew">Where in the history the new events begin.</param>
    /// <param name="orchestrator">The function, or null where none has the name.</param>
    /// <param name="foreignContinuation">Called, from any thread, when an awaited task was not the context's.</param>
    public TurnResult Run(
        InstanceRecord record,
        int firstNew,
        InMemoryDurableEngine.OrchestratorFunction? orchestrator,
        Action foreignContinuation)
    {
        if (orchestrator is null)
        {
            return TurnResult.Failed(new InvalidOperationException($"There is no orchestrator '{record.Name}'."), null);
        }

        var thread = new OrchestratorThread(foreignContinuation);
        var context = new ReplayContext(record, payloads, options, thread);
        Task<object?>? running = null;
        try
        {
            for (var i = 0; i < record.History.Count && running is not { IsCompleted: true, IsCompletedSuccessfully: false }; i++)
            {
                var one = record.History[i];
                if (i == firstNew)
                {
                    context.EndReplay();
                }

                thread.Run(() =>
                {
                    if (one.Kind == HistoryEventKind.ExecutionStarted)
                    {
                        running = orchestrator(context);
                    }
                    else
                    {
                        context.Apply(one);
                    }
                });
            }

            return End(context, running!, foreignContinuation);
        }
#pragma warning disable CA1031 // Whatever is thrown is the orchestration's failure.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return TurnResult.Failed(error, context);
        }
    }

    private static TurnResult End(ReplayContext context, Task<object?> running, Action foreignContinuation)
    {
        var actions = context.NewActions();
        if (running.IsFaulted || running.IsCanceled)
        {
            var error = running.Exception?.InnerException ?? new TaskCanceledException(running);
            return new TurnResult(context, actions, true, null, error);
        }

        if (running.IsCompleted)
        {
            return new TurnResult(context, actions, true, running.Result, null);
        }

        if (!context.HasOpenTasks)
        {
            return TurnResult.Failed(new InvalidOperationException(ForeignAwait), context);
        }

        // The context's own tasks never end after the turn, so if the function does, another task moved it.
        running.ContinueWith(
            _ => foreignContinuation(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new TurnResult(context, actions, false, null, null);
    }
}
