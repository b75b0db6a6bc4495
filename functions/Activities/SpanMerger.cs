using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Activities;

/// <summary>Makes a call's spans few: a ledger counts each moment once, so those that overlap are one.</summary>
internal static class SpanMerger
{
    private const int MostOfAStage = 4;

    /// <summary>Merges spans of a stage that overlap and then those with the least between them, and rounds to 0.01 ms.</summary>
    public static IReadOnlyList<StageSpan> Merge(IReadOnlyList<StageSpan> spans) =>
        [.. spans.GroupBy(s => s.Stage).OrderBy(stage => stage.Key).SelectMany(stage => Few(Apart(stage)))];

    private static List<StageSpan> Apart(IEnumerable<StageSpan> spans)
    {
        var apart = new List<StageSpan>();
        foreach (var span in spans.OrderBy(s => s.StartMs))
        {
            if (apart is [.., var last] && span.StartMs <= last.EndMs)
                apart[^1] = last with { EndMs = Math.Max(last.EndMs, span.EndMs) };
            else
                apart.Add(span);
        }

        return apart;
    }

    private static IEnumerable<StageSpan> Few(List<StageSpan> apart)
    {
        while (apart.Count > MostOfAStage)
        {
            var at = Enumerable.Range(0, apart.Count - 1).MinBy(i => apart[i + 1].StartMs - apart[i].EndMs);
            apart[at] = apart[at] with { EndMs = apart[at + 1].EndMs };
            apart.RemoveAt(at + 1);
        }

        return apart.Select(s => new StageSpan(s.Stage, Math.Round(s.StartMs, 2), Math.Round(s.EndMs, 2)));
    }
}
