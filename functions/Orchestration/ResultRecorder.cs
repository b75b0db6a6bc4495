using System.Globalization;
using Aigc.Artifacts;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Orchestration;

/// <summary>Keeps what a job came to: in its output where it is short, in artifacts where it is not.</summary>
internal static class ResultRecorder
{
    /// <summary>How many pictures, made or not, go into one message: about 8 KB of them.</summary>
    private const int Most = 16;

    /// <summary>The same where they say what gave way.</summary>
    private const int MostDegraded = 4;

    private const int MostWarnings = 10;
    private const int MaxWarningBytes = 400;
    private const int MaxWhyBytes = 200;

    public static Task<JobOutcome> RecordAsync(DurablePipelineContext context, string instanceId, PipelineResult result)
    {
        PictureFailure[] failures = [.. result.Failures.Select(Clipped)];
        var cancelled = failures.Any(f => f.Fault.Kind == FaultKind.Cancelled);
        var state = cancelled ? JobState.Cancelled : failures.Length > 0 ? JobState.Failed : JobState.Completed;
        var outcome = new JobOutcome(state, 0, 0)
        {
            Plan = result.Plan,
            Warnings = Few(result.Warnings),
            // A cancel may come by its event or by its marker: what it leaves is the same.
            Ledger = cancelled ? null : TimeLedger.From(result.Spans, context.ElapsedMs),
            Fault = failures is [var first, ..] && !cancelled ? first.Fault : null,
        };
        return RecordAsync(context, instanceId, outcome, result.Pictures, cancelled ? [] : failures);
    }

    public static async Task<JobOutcome> RecordAsync(
        DurablePipelineContext context,
        string instanceId,
        JobOutcome outcome,
        IReadOnlyList<PictureResult> pictures,
        IReadOnlyList<PictureFailure> failures)
    {
        pictures = [.. pictures.Select(Clipped)];
        var most = pictures.Any(p => p.Degraded is not null) ? MostDegraded : Most;
        outcome = outcome with { Made = pictures.Count, Failed = failures.Count };
        if (pictures.Count + failures.Count <= most)
            return outcome with { Pictures = pictures, Failures = failures };
        ResultPart[] parts =
        [
            .. pictures.Chunk(most).Select(chunk => new ResultPart(instanceId, 0, chunk, []))
                .Concat(failures.Chunk(Most).Select(chunk => new ResultPart(instanceId, 0, [], chunk)))
                .Select((part, i) => part with { Part = i }),
        ];
        await Task.WhenAll(parts.Select(context.RecordAsync));
        return outcome with { Parts = parts.Length };
    }

    private static PictureResult Clipped(PictureResult picture) => picture.Degraded is not { } degraded
        ? picture
        : picture with { Degraded = [.. degraded.Select(d => d with { Why = Texts.Clip(d.Why, MaxWhyBytes) })] };

    private static PictureFailure Clipped(PictureFailure failure) =>
        failure with { Fault = failure.Fault with { Message = Texts.Clip(failure.Fault.Message, 400) } };

    private static string[] Few(IReadOnlyList<string> warnings)
    {
        string[] few = [.. warnings.Take(MostWarnings).Select(warning => Texts.Clip(warning, MaxWarningBytes))];
        return warnings.Count <= MostWarnings
            ? few
            : [.. few, string.Create(CultureInfo.InvariantCulture, $"and {warnings.Count - MostWarnings} more")];
    }
}
