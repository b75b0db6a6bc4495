using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Tests.Enhancing;

/// <summary>A client that can look at the hub and tell it nothing, as where a worker ends with its answer unsent.</summary>
internal sealed class DeafClient(DurableTaskClient within) : IdleClient("deaf")
{
    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        Task.FromException(new IOException("the worker is lost"));

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        within.GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation);
}
