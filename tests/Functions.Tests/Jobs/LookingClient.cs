using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Tests.Jobs;

/// <summary>A client that only looks at instances, and counts how often.</summary>
internal sealed class LookingClient(DurableTaskClient within) : IdleClient("looking")
{
    public int Looks { get; private set; }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        Looks++;
        return within.GetInstancesAsync(instanceId, getInputsAndOutputs, cancellation);
    }
}
