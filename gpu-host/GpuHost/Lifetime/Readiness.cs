using Aigc.GpuHost.Jobs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aigc.GpuHost.Lifetime;

/// <summary>Whether new calls should come here: not before the default model is warm, and not while the host ends.</summary>
internal sealed class Readiness(JobRegistry jobs) : IHealthCheck
{
    private volatile string? _fault = "loading the model";

    /// <summary>The default model is warm.</summary>
    public void Warm() => _fault = null;

    /// <summary>The default model cannot be used.</summary>
    public void Fail(string fault) => _fault = fault;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        jobs.Draining ? HealthCheckResult.Unhealthy("about to end")
        : _fault is { } fault ? HealthCheckResult.Unhealthy(fault)
        : HealthCheckResult.Healthy());
}
