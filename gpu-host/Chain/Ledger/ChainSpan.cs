namespace Aigc.Inference.Chain.Ledger;

/// <summary>A stretch of time that one stage took.</summary>
/// <param name="Stage">What it was spent on.</param>
/// <param name="StartMs">Its start, in milliseconds from the start of the call that reports it.</param>
/// <param name="EndMs">Its end, likewise.</param>
public readonly record struct ChainSpan(ChainStage Stage, double StartMs, double EndMs);
