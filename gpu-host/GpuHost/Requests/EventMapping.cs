using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Chain;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Prompts;

namespace Aigc.GpuHost.Requests;

/// <summary>The chain's answers as messages.</summary>
internal static class EventMapping
{
    public static FinishedPicture ToMessage(this PictureMade made, int place) => new()
    {
        Picture = place,
        Artifact = made.Artifact.ToString(),
        Seed = made.Seed,
        Width = made.Width,
        Height = made.Height,
        Found = made.Found,
    };

    public static Ledger ToLedger<T>(this ChainOutcome<T> outcome, double totalMs)
    {
        var ledger = new Ledger { TotalMs = totalMs };
        ledger.Spans.AddRange(outcome.Spans.Select(static span => new Span { Stage = StageOf(span.Stage), StartMs = span.StartMs, EndMs = span.EndMs }));
        ledger.Truncated.AddRange(outcome.Truncated.Select(ToMessage));
        return ledger;
    }

    private static TruncatedText ToMessage(EncodedPrompt prompt) => new()
    {
        Text = prompt.Text,
        At = prompt.Tokens.Dropped!.Index,
        Tokens = prompt.Tokens.TokenCount,
        Limit = prompt.Tokens.Ids.Length,
    };

    private static Stage StageOf(ChainStage stage) => stage switch
    {
        ChainStage.Queue => Stage.Queue,
        ChainStage.Load => Stage.Load,
        ChainStage.Understand => Stage.Understand,
        ChainStage.Prepare => Stage.Prepare,
        ChainStage.Generate => Stage.Generate,
        ChainStage.Enhance => Stage.Enhance,
        ChainStage.Encode => Stage.Encode,
        ChainStage.Store => Stage.Store,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "unknown stage"),
    };
}
