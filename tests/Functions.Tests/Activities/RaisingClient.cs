using System.Threading.Channels;
using Aigc.Functions.Messages;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Tests.Activities;

/// <summary>A client that only raises events, and keeps them.</summary>
internal sealed class RaisingClient() : DurableTaskClient("raising")
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly Channel<ProgressMessage> _raised = Channel.CreateUnbounded<ProgressMessage>();

    /// <summary>What raising an event waits for, or throws.</summary>
    public Func<CancellationToken, Task> Raising { get; set; } = _ => Task.CompletedTask;

    /// <summary>The next event, in order.</summary>
    public Task<ProgressMessage> NextAsync() => _raised.Reader.ReadAsync().AsTask().WaitAsync(_limit);

    /// <summary>The events that nobody has taken.</summary>
    public int Left => _raised.Reader.Count;

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Assert.Equal(("job", "progress"), (instanceId, eventName));
        _raised.Writer.TryWrite((ProgressMessage)eventPayload!);
        return Raising(cancellation);
    }

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw new NotSupportedException();

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) =>
        throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
