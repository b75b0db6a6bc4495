using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.FunctionsDurable;

/// <summary>The client of an <see cref="InMemoryDurableEngine"/>.</summary>
internal sealed class InMemoryDurableClient(InMemoryDurableEngine engine, JsonPayloads payloads) : DurableTaskClient("InMemory")
{
    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default) => Try(() => engine.Start(orchestratorName, input, options), cancellation);

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        return Send(
            instanceId,
            new HistoryEvent(HistoryEventKind.EventRaised, default) { Name = eventName, Payload = payloads.Serialize(eventPayload) },
            cancellation);
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        engine.Wait(instanceId, done: false, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        engine.Wait(instanceId, done: true, getInputsAndOutputs, cancellation);

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        var output = payloads.Serialize(options?.Output);
        return Send(
            instanceId,
            new HistoryEvent(HistoryEventKind.ExecutionTerminated, default) { Payload = output },
            cancellation,
            options?.Recursive ?? false);
    }

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        Send(instanceId, new HistoryEvent(HistoryEventKind.ExecutionSuspended, default) { Payload = reason }, cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        Send(instanceId, new HistoryEvent(HistoryEventKind.ExecutionResumed, default) { Payload = reason }, cancellation);

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return Try(() => engine.Find(instanceId, getInputsAndOutputs), cancellation);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        new InstancePages(engine, filter ?? new OrchestrationQuery());

    public override Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return Try(() => new PurgeResult(engine.Purge(instanceId, options?.Recursive ?? false), true), cancellation);
    }

    public override Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) => Try(
        () =>
        {
            var found = engine.Query(new OrchestrationQuery(filter.CreatedFrom, filter.CreatedTo, filter.Statuses));
            var purged = found.Where(one => one.IsCompleted).Sum(one => engine.Purge(one.InstanceId, options?.Recursive ?? false));
            return new PurgeResult(purged, true);
        },
        cancellation);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Task<T> Try<T>(Func<T> action, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(action());
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
    }

    private Task<bool> Send(string instanceId, HistoryEvent one, CancellationToken cancellation, bool recursive = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return Try(
            () =>
            {
                engine.Raise(instanceId, one, recursive);
                return true;
            },
            cancellation);
    }

    private sealed class InstancePages(InMemoryDurableEngine engine, OrchestrationQuery query) : AsyncPageable<OrchestrationMetadata>
    {
        public override async IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(
            string? continuationToken = default, int? pageSizeHint = default)
        {
            var last = continuationToken ?? query.ContinuationToken;
            do
            {
                await Task.CompletedTask;
                var size = pageSizeHint ?? query.PageSize;
                var rest = engine.Query(query)
                    .Where(one => last is null || string.CompareOrdinal(one.InstanceId, last) > 0).Take(size + 1).ToList();
                last = rest.Count > size ? rest[size - 1].InstanceId : null;
                yield return new Page<OrchestrationMetadata>([.. rest.Take(size)], last);
            }
            while (last is not null);
        }
    }
}
