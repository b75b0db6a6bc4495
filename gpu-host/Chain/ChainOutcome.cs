using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Prompts;

namespace Aigc.Inference.Chain;

/// <summary>What a call came to.</summary>
/// <param name="Value">What it made, one for each thing asked for, in order.</param>
/// <param name="Truncated">The texts that were longer than the model reads.</param>
/// <param name="Spans">Where its time went.</param>
public sealed record ChainOutcome<T>(IReadOnlyList<T> Value, IReadOnlyList<EncodedPrompt> Truncated, IReadOnlyList<ChainSpan> Spans);
