namespace Microsoft.DurableTask.Client;

public record PurgeInstanceOptions(bool Recursive = false);

public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
