using System.Diagnostics;

namespace Aigc.Functions.Activities;

/// <summary>
/// Spans of stage calls under the request that started their job: hosts differ in whether an activity is told of its trace, so a job
/// carries its own.
/// </summary>
internal static class Tracing
{
    /// <summary>What spans are recorded under.</summary>
    public const string SourceName = "Aigc.Functions";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>Starts a stage call's span; null where nobody collects them.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="parent">The request's span, as W3C has it (<c>traceparent</c>), for where the host has told of none.</param>
    public static Activity? Start(string stage, string? parent) =>
        Activity.Current is null && ActivityContext.TryParse(parent, null, isRemote: true, out var request)
            ? _source.StartActivity(stage, ActivityKind.Internal, request)
            : _source.StartActivity(stage);
}
