using System.Collections.Concurrent;
using Aigc.FunctionsDurable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Aigc.Functions.Tests.Surface;

/// <summary>An engine with a few activities that every test may call, and a limit on waiting.</summary>
internal sealed class DurableTestHost : IAsyncDisposable
{
    // Long past any real wait: a test that is wrong fails here and does not hang.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public DurableTestHost(InMemoryDurableOptions? options = null)
    {
        Engine = new InMemoryDurableEngine((options ?? new InMemoryDurableOptions()) with { LoggerFactory = new ListLoggers(Log) });
        Engine.AddActivity<int, int>("Double", (_, value, _) => Task.FromResult(value * 2));
        Engine.AddActivity<string, string>("Echo", (_, value, _) => Task.FromResult(value));
        Engine.AddActivity<int, int>("FailUntil", (_, runs, _) => Engine.ActivityRuns("FailUntil") < runs
            ? throw new TimeoutException($"run {Engine.ActivityRuns("FailUntil")}", new IOException("inner"))
            : Task.FromResult(runs));
    }

    public InMemoryDurableEngine Engine { get; }

    public DurableTaskClient Client => Engine.Client;

    public ConcurrentQueue<string> Log { get; } = [];

    public async Task<OrchestrationMetadata> Run<T>(Func<TaskOrchestrationContext, Task<T>> orchestrator, object? input = null)
    {
        Engine.AddOrchestrator("Main", orchestrator);
        return await Run("Main", input);
    }

    public async Task<OrchestrationMetadata> Run(TaskName name, object? input = null) =>
        await Done(await Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions("one")));

    public Task<OrchestrationMetadata> Done(string instanceId) =>
        Client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true).WaitAsync(Limit);

    public Task Idle() => Engine.WhenIdle().WaitAsync(Limit);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private sealed class ListLoggers(ConcurrentQueue<string> lines) : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
