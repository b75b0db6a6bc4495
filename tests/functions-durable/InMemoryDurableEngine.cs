using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.FunctionsDurable;

/// <summary>
/// A Durable Task hub in memory, for tests. Orchestrators run by true replay: after each event a function starts again from
/// its beginning, over its history, on one thread. Everything that a history holds is JSON text.
/// </summary>
/// <remarks>
/// What differs from Azure Storage: one event a turn unless told otherwise; long timers are not cut into pieces; there are no
/// entities, versions or extended sessions, and no retries by <c>TaskOptions</c>; a wrong await fails the instance, where the real one may leave it stuck.
/// </remarks>
public sealed partial class InMemoryDurableEngine : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly InMemoryDurableOptions _options;
    private readonly JsonPayloads _payloads;
    private readonly OrchestratorTurn _turn;
    private readonly Dictionary<string, OrchestratorFunction> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ActivityFunction> _activities = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, int> _runs = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<RecordedMessage> _messages = [];
    private Dictionary<string, InstanceRecord> _instances = new(StringComparer.Ordinal);

    /// <param name="options">How it behaves; null for the defaults.</param>
    public InMemoryDurableEngine(InMemoryDurableOptions? options = null)
    {
        _options = options ?? new InMemoryDurableOptions();
        _payloads = new JsonPayloads(_options.Serializer);
        _turn = new OrchestratorTurn(_payloads, _options);
        Client = new InMemoryDurableClient(this, _payloads);
    }

    internal delegate Task<object?> OrchestratorFunction(TaskOrchestrationContext context);

    private delegate Task<string?> ActivityFunction(TaskActivityContext context, string? input, CancellationToken cancellationToken);

    /// <value>The client of this hub.</value>
    public DurableTaskClient Client { get; }

    /// <value>Every payload that went through, in order.</value>
    public IReadOnlyList<RecordedMessage> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    /// <value>The length of the longest payload in bytes; 0 before there is one.</value>
    public int MaxMessageBytes => Messages.Select(one => one.Bytes).DefaultIfEmpty().Max();

    /// <value>How many events all histories have had, <see cref="HistoryEventKind.TurnStarted"/> not counted.</value>
    public int EventCount { get; private set; }

    /// <value>How many orchestrator turns ran.</value>
    public int TurnCount { get; private set; }

    /// <summary>Registers an orchestrator.</summary>
    public void AddOrchestrator<TOutput>(TaskName name, Func<TaskOrchestrationContext, Task<TOutput>> run) =>
        _orchestrators.Add(name, async context => await run(context));

    /// <summary>Registers an orchestrator that returns nothing.</summary>
    public void AddOrchestrator(TaskName name, Func<TaskOrchestrationContext, Task> run) =>
        _orchestrators.Add(name, async context =>
        {
            await run(context);
            return null;
        });

    /// <summary>Replaces an orchestrator, as a deployment would under running instances.</summary>
    public void ReplaceOrchestrator<TOutput>(TaskName name, Func<TaskOrchestrationContext, Task<TOutput>> run)
    {
        lock (_gate)
        {
            _orchestrators[name] = async context => await run(context);
        }
    }

    /// <summary>Registers an activity. Its token is cancelled when the engine is disposed, and by a restart.</summary>
    public void AddActivity<TInput, TOutput>(
        TaskName name, Func<TaskActivityContext, TInput, CancellationToken, Task<TOutput>> run) =>
        _activities.Add(name, async (context, input, cancellationToken) =>
            _payloads.Serialize(await run(context, _payloads.Deserialize<TInput>(input)!, cancellationToken)));

    /// <summary>How often an activity began.</summary>
    public int ActivityRuns(TaskName name) => _runs.GetValueOrDefault(name);

    /// <summary>The history of an instance's present execution.</summary>
    /// <exception cref="KeyNotFoundException">There is no such instance.</exception>
    public IReadOnlyList<HistoryEvent> History(string instanceId)
    {
        lock (_gate)
        {
            return [.. _instances[instanceId].History];
        }
    }

    /// <summary>Adds an event to an instance as if a client or a worker had sent it: a poisoned one, for example.</summary>
    /// <exception cref="KeyNotFoundException">There is no such instance.</exception>
    public void Inject(string instanceId, HistoryEvent one)
    {
        lock (_gate)
        {
            _instances[instanceId].Inbox.Add(one);
            Pump();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task[] left;
        lock (_gate)
        {
            _disposed = true;
            EndEpoch();
            left = [.. _orphans];
        }

        await Task.WhenAll(left);
    }
}
