using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Caching;
using Aigc.Inference.Client.Compression;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Hosts.Sources;
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
        if (options.GpuHosts.Count == 0 && string.IsNullOrWhiteSpace(options.Hosts))
            yield return "no gpu-host is given: set GpuHosts to their addresses, or Hosts to where they are learned";
        if (options.GpuHosts.Count > 0 && !string.IsNullOrWhiteSpace(options.Hosts))
            yield return "GpuHosts and Hosts are both given: set one of the two";
        if (!string.IsNullOrWhiteSpace(options.Hosts) && Fault("Hosts", () => HostSource.Parse(options.Hosts)) is { } source)
            yield return source;
        if (Fault("Balancing", () => BalancingWords.Parse(options.Balancing)) is { } balancing)
            yield return balancing;
        if (Fault("Compression", () => CompressionWords.Parse(options.Compression)) is { } compression)
            yield return compression;
        foreach (var (name, key) in options.ApiKeys)
        {
            if (Fault("ApiKeys", () => ApiKey.Parse(name, key, mayBePlain: false)) is { } fault)
                yield return fault;
        }

        if (options.Redis is { } redis && !SharedCacheOptions.IsRedis(redis))
            yield return "Redis is not read: write it as name:6380,password=...,ssl=True";
        if (options.EnhanceQueue is { } queue && !QueueSetup.IsName(queue))
            yield return "EnhanceQueue is no name of a queue: 3 to 56 small letters, digits and single - between them";
        foreach (var fault in options.Resilience.Faults())
            yield return $"Resilience: {fault}";
        if (options.LinkLife != TimeSpan.Zero && (options.LinkLife < BlobLinks.MinLife || options.LinkLife > BlobLinks.MaxLife))
            yield return $"LinkLife is neither zero nor from {BlobLinks.MinLife} to {BlobLinks.MaxLife}";
    }

    private static string? Fault(string setting, Func<object> parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (FaultException e)
        {
            return $"{setting}: {e.Message}";
        }
    }
}
