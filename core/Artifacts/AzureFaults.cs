using System.Globalization;
using Azure;
using Azure.Storage.Blobs;

namespace Aigc.Artifacts;

internal static class AzureFaults
{
    /// <summary>The fault that a failed call amounts to, or null where the exception is none of the storage account's.</summary>
    public static FaultException? From(Exception exception, BlobContainerClient container, CancellationToken cancellationToken)
    {
        var where = $"blob container '{container.Name}' of storage account '{container.AccountName}'";
        // Retries that all failed come as one AggregateException; the last failure tells how things are now.
        return (exception is AggregateException { InnerExceptions: [.., var last] } ? last : exception) switch
        {
            RequestFailedException { Status: 401 or 403 } => new FaultException(
                FaultKind.Unavailable,
                $"{where} refuses access: give this identity the role Storage Blob Data Contributor, and check its firewall",
                exception),
            RequestFailedException { Status: 404 } => new FaultException(FaultKind.NotFound, $"{where} is missing: create it", exception),
            RequestFailedException failed => new FaultException(
                FaultKind.Unavailable,
                $"{where} does not answer ({Reason(failed)}): try again, and check the account's address",
                exception,
                RetryAfter(failed)),
            OperationCanceledException when cancellationToken.IsCancellationRequested => null,
            OperationCanceledException or IOException => new FaultException(
                FaultKind.Unavailable, $"{where} does not answer in time: try again, and check the network", exception),
            _ => null,
        };
    }

    private static string Reason(RequestFailedException failed) =>
        failed.ErrorCode ?? (failed.Status == 0 ? "no connection" : failed.Status.ToString(CultureInfo.InvariantCulture));

    private static TimeSpan? RetryAfter(RequestFailedException failed) =>
        failed.GetRawResponse() is { } response
        && response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
