using System.Diagnostics;

namespace Aigc.GpuHost.Telemetry;

/// <summary>A call as it began.</summary>
/// <param name="StartedAt">When, as the clock's timestamp.</param>
/// <param name="StartedUtc">When, by the wall.</param>
/// <param name="Parent">The span of the RPC that brought it; none where nobody traces.</param>
internal readonly record struct MeasuredCall(long StartedAt, DateTimeOffset StartedUtc, ActivityContext Parent);
