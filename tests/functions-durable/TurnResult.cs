namespace Aigc.FunctionsDurable;

/// <summary>What came of a turn.</summary>
internal sealed record TurnResult(ReplayContext? Context, IReadOnlyList<HistoryEvent> Actions, bool Done, object? Output, Exception? Error)
{
    public static TurnResult Failed(Exception error, ReplayContext? context) => new(context, [], true, null, error);
}
