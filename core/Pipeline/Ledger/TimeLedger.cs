using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Ledger;

/// <summary>
/// Where a job's time went, in milliseconds. Each moment counts once, so the parts add up to the total: a moment in which
/// a model computes is compute, whatever else goes on beside it; then encoding, storing, loading and queueing in that
/// order; what is left is the overhead of the chain itself.
/// </summary>
/// <param name="TotalMs">From acceptance to the end.</param>
/// <param name="QueueMs">Waiting for the device.</param>
/// <param name="LoadMs">Waiting for a model that was being loaded.</param>
/// <param name="UnderstandMs">Prompt to embedding.</param>
/// <param name="PrepareMs">Input picture to latent.</param>
/// <param name="GenerateMs">Denoising and decoding.</param>
/// <param name="EnhanceMs">Super-resolution.</param>
/// <param name="EncodeMs">Pixels to files, where no model computes meanwhile.</param>
/// <param name="StoreMs">Hashing, writing and reading artifacts, where nothing above goes on meanwhile.</param>
/// <param name="OverheadMs">The rest: what the chain itself cost.</param>
public sealed record TimeLedger(
    double TotalMs,
    double QueueMs,
    double LoadMs,
    double UnderstandMs,
    double PrepareMs,
    double GenerateMs,
    double EnhanceMs,
    double EncodeMs,
    double StoreMs,
    double OverheadMs)
{
    private static readonly Stage[] ByPriority =
        [Stage.Generate, Stage.Enhance, Stage.Prepare, Stage.Understand, Stage.Encode, Stage.Store, Stage.Load, Stage.Queue];

    /// <summary>Model compute: understand, prepare, generate and enhance.</summary>
    public double ComputeMs => UnderstandMs + PrepareMs + GenerateMs + EnhanceMs;

    /// <summary>Adds a job's spans up.</summary>
    /// <param name="spans">Spans from the start of the job, in any order, overlapping as they may.</param>
    /// <param name="totalMs">From acceptance to the end, in milliseconds.</param>
    public static TimeLedger From(IReadOnlyList<StageSpan> spans, double totalMs)
    {
        var spent = new double[ByPriority.Length];
        var open = new int[ByPriority.Length];
        var edges = spans
            .SelectMany(s => new[] { (At: Math.Clamp(s.StartMs, 0, totalMs), s.Stage, Step: 1), (At: Math.Clamp(s.EndMs, 0, totalMs), s.Stage, Step: -1) })
            .OrderBy(e => e.At).ToArray();
        for (var i = 0; i < edges.Length; i++)
        {
            open[(int)edges[i].Stage] += edges[i].Step;
            if (i + 1 == edges.Length)
                break;
            var length = edges[i + 1].At - edges[i].At;
            if (length > 0 && Array.FindIndex(ByPriority, stage => open[(int)stage] > 0) is >= 0 and var first)
                spent[(int)ByPriority[first]] += length;
        }

        return new TimeLedger(
            totalMs,
            spent[(int)Stage.Queue],
            spent[(int)Stage.Load],
            spent[(int)Stage.Understand],
            spent[(int)Stage.Prepare],
            spent[(int)Stage.Generate],
            spent[(int)Stage.Enhance],
            spent[(int)Stage.Encode],
            spent[(int)Stage.Store],
            Math.Max(0, totalMs - spent.Sum()));
    }
}
