using System.Net;
using System.Text.Json;
using Aigc.FunctionsSurface;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

// All of these take HttpRequestData: for ASP.NET Core's HttpRequest there is only CreateHttpManagementPayload without one.
public static class DurableTaskClientExtensions
{
    public static async Task<HttpResponseData> WaitForCompletionOrCreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        TimeSpan? retryInterval = null,
        bool returnInternalServerErrorOnFailure = false,
        bool getInputsAndOutputs = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            var metadata = await client.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs, cancellation);
            var response = request.CreateResponse();
            var failed = metadata.RuntimeStatus == OrchestrationRuntimeStatus.Failed && returnInternalServerErrorOnFailure;
            response.StatusCode = failed ? HttpStatusCode.InternalServerError : HttpStatusCode.OK;
            return response;
        }
        catch (OperationCanceledException)
        {
            return client.CreateCheckStatusResponse(request, instanceId, CancellationToken.None);
        }
    }

    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponseAsync(request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static Task<HttpResponseData> CreateCheckStatusResponseAsync(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default) =>
        Task.FromResult(client.CreateCheckStatusResponse(request, instanceId, statusCode, cancellation));

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client, HttpRequestData request, string instanceId, CancellationToken cancellation = default) =>
        client.CreateCheckStatusResponse(request, instanceId, HttpStatusCode.Accepted, cancellation);

    public static HttpResponseData CreateCheckStatusResponse(
        this DurableTaskClient client,
        HttpRequestData request,
        string instanceId,
        HttpStatusCode statusCode,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        var payload = client.CreateHttpManagementPayload(instanceId, request);
        var response = request.CreateResponse();
        response.StatusCode = statusCode;
        response.Headers.Add("Location", payload.StatusQueryGetUri);
        response.Headers.Add("Content-Type", "application/json");
        JsonSerializer.Serialize(response.Body, payload);
        return response;
    }

    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var webhooks = request is not null
            ? $"{request.Url.GetLeftPart(UriPartial.Authority)}/runtime/webhooks/durabletask"
            : (client as InMemoryDurableClient)?.HttpBaseUrl
                ?? throw new InvalidOperationException("No base address: neither the client's binding nor a request has one.");
        var instance = $"{webhooks}/instances/{Uri.EscapeDataString(instanceId)}";
        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = instance,
            PurgeHistoryDeleteUri = instance,
            SendEventPostUri = $"{instance}/raiseEvent/{{eventName}}",
            TerminatePostUri = $"{instance}/terminate?reason={{{{text}}}}",
            SuspendPostUri = $"{instance}/suspend?reason={{{{text}}}}",
            ResumePostUri = $"{instance}/resume?reason={{{{text}}}}",
        };
    }
}
