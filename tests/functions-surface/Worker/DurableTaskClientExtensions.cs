using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

public static class DurableTaskClientExtensions
{
    // The real one knows the address of the client that a trigger hands over, and of no other.
    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null) =>
        throw new InvalidOperationException("No base address: neither the client's binding nor a request has one.");
}
