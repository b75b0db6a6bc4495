using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Caching;
using Microsoft.Extensions.Options;

namespace Aigc.Functions.Configuration;

/// <summary>What annotations cannot say of the settings.</summary>
internal sealed class FunctionsOptionsValidation : IValidateOptions<FunctionsOptions>
{
    public ValidateOptionsResult Validate(string? name, FunctionsOptions options)
    {
        string[] faults = [.. Faults(options)];
        return faults.Length > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private static IEnumerable<string> Faults(FunctionsOptions options)
    {
        foreach (var key in options.ApiKeys)
        {
            if (Fault(key) is { } fault)
                yield return fault;
        }

        if (options.Redis is { } redis && !SharedCacheOptions.IsRedis(redis))
            yield return "Redis is not read: write it as name:6380,password=...,ssl=True";
        if (options.LinkLife != TimeSpan.Zero && (options.LinkLife < BlobLinks.MinLife || options.LinkLife > BlobLinks.MaxLife))
            yield return $"LinkLife is neither zero nor from {BlobLinks.MinLife} to {BlobLinks.MaxLife}";
    }

    private static string? Fault(KeyValuePair<string, string> key)
    {
        try
        {
            ApiKey.Parse(key.Key, key.Value, mayBePlain: false);
            return null;
        }
        catch (FaultException e)
        {
            return $"ApiKeys: {e.Message}";
        }
    }
}
