using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.FunctionsDurable;

// What the client asks for.
public sealed partial class InMemoryDurableEngine
{
    private readonly Dictionary<string, int> _executions = new(StringComparer.Ordinal);
    private readonly List<(string InstanceId, bool Done, bool WithData, TaskCompletionSource<OrchestrationMetadata> Source)> _waits = [];

    internal string Start(TaskName name, object? input, StartOrchestrationOptions? options)
    {
        lock (_gate)
        {
            var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
            if (_instances.TryGetValue(id, out var existing) && IsDuplicate(existing, options?.DedupeStatuses))
            {
                throw new OrchestrationAlreadyExistsException($"An instance '{id}' exists already and is {existing.Status}.");
            }

            Create(name, id, _payloads.Serialize(input), options?.StartAt, options?.Tags ?? new Dictionary<string, string>(), null, -1);
            Pump();
            return id;
        }
    }

    internal void Raise(string instanceId, HistoryEvent one, bool recursive = false)
    {
        lock (_gate)
        {
            if (!_instances.TryGetValue(instanceId, out var record))
            {
                throw new RpcException(new Status(StatusCode.NotFound, $"There is no instance '{instanceId}'."));
            }

            if (!record.IsDone)
            {
                record.Inbox.Add(one with { Time = Now.UtcDateTime });
            }

            // After the parent, which would otherwise see its child fail.
            if (recursive)
            {
                foreach (var child in _instances.Values.Where(child => child.ParentInstanceId == instanceId && !child.IsDone).ToList())
                {
                    Raise(child.InstanceId, one, recursive);
                }
            }

            Pump();
        }
    }

    internal OrchestrationMetadata? Find(string instanceId, bool withData)
    {
        lock (_gate)
        {
            return _instances.TryGetValue(instanceId, out var record) ? Describe(record, withData) : null;
        }
    }

    internal IReadOnlyList<OrchestrationMetadata> Query(OrchestrationQuery query)
    {
        lock (_gate)
        {
            return
            [
                .. _instances.Values
                    .Where(one => query.CreatedFrom is null || one.CreatedAt >= query.CreatedFrom)
                    .Where(one => query.CreatedTo is null || one.CreatedAt <= query.CreatedTo)
                    .Where(one => query.Statuses is null || query.Statuses.Contains(one.Status))
                    .Where(one => one.InstanceId.StartsWith(query.InstanceIdPrefix ?? "", StringComparison.Ordinal))
                    .OrderBy(one => one.InstanceId, StringComparer.Ordinal)
                    .Select(one => Describe(one, query.FetchInputsAndOutputs)),
            ];
        }
    }

    internal Task<OrchestrationMetadata> Wait(string instanceId, bool done, bool withData, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var source = new TaskCompletionSource<OrchestrationMetadata>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((instanceId, done, withData, source));
            CheckWaiters();
            return source.Task.WaitAsync(cancellationToken);
        }
    }

    internal int Purge(string instanceId, bool recursive)
    {
        lock (_gate)
        {
            if (!_instances.TryGetValue(instanceId, out var record))
            {
                return 0;
            }

            if (!record.IsDone)
            {
                throw new InvalidOperationException($"The instance '{instanceId}' is {record.Status} and can not be purged.");
            }

            _executions[instanceId] = record.Execution + 1;
            _instances.Remove(instanceId);
            var children = _instances.Values.Where(child => recursive && child.ParentInstanceId == instanceId && child.IsDone).ToList();
            return 1 + children.Sum(child => Purge(child.InstanceId, recursive));
        }
    }

    private static bool IsDuplicate(InstanceRecord existing, IReadOnlyList<string>? dedupe) => dedupe is null
        ? !existing.IsDone
        : dedupe.Any(status => Enum.TryParse<OrchestrationRuntimeStatus>(status, true, out var parsed)
            ? parsed == existing.Status
            : throw new ArgumentException($"'{status}' is no status of an orchestration."));

    private void Create(
        string name,
        string id,
        string? input,
        DateTimeOffset? startAt,
        IReadOnlyDictionary<string, string> tags,
        InstanceRecord? parent,
        int parentTaskId)
    {
        if (_instances.TryGetValue(id, out var old))
        {
            _executions[id] = old.Execution + 1;
        }

        var record = new InstanceRecord
        {
            InstanceId = id,
            Name = name,
            CreatedAt = Now,
            LastUpdatedAt = Now,
            Input = input,
            Tags = tags,
            ParentInstanceId = parent?.InstanceId,
            ParentName = parent?.Name,
            ParentTaskId = parentTaskId,
            ParentExecution = parent?.Execution ?? 0,
            // A new instance under an old id must not take the answers meant for the old one.
            Execution = _executions.GetValueOrDefault(id),
        };
        record.Inbox.Add(new HistoryEvent(HistoryEventKind.ExecutionStarted, Now.UtcDateTime)
        {
            Name = name,
            Payload = input,
            FireAt = startAt > Now ? startAt.Value.UtcDateTime : null,
        });
        _instances[id] = record;
        StartWork(record);
    }

    private OrchestrationMetadata Describe(InstanceRecord record, bool withData) => new(record.Name, record.InstanceId)
    {
        CreatedAt = record.CreatedAt,
        LastUpdatedAt = record.LastUpdatedAt,
        RuntimeStatus = record.Status,
        // Without data the host leaves out the failure too.
        FailureDetails = withData ? record.Failure : null,
        Tags = record.Tags,
        DataConverter = withData ? _payloads : null,
        SerializedInput = withData ? record.Input : null,
        SerializedOutput = withData ? record.Output : null,
        SerializedCustomStatus = withData ? record.CustomStatus : null,
    };

    private void CheckWaiters() => _waits.RemoveAll(wait =>
        _instances.TryGetValue(wait.InstanceId, out var record)
        && (wait.Done ? record.IsDone : record.Status != OrchestrationRuntimeStatus.Pending)
        && (wait.Source.TrySetResult(Describe(record, wait.WithData)) || true));
}
