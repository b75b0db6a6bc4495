namespace Microsoft.DurableTask;

// The app hands over none: it retries by rules of its own.
public record TaskOptions
{
    internal TaskOptions()
    {
    }
}
