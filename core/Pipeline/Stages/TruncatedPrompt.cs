using System.Text.Json.Serialization;

namespace Aigc.Pipeline.Stages;

/// <summary>A prompt that was longer than the model reads.</summary>
/// <param name="Text">The whole prompt.</param>
/// <param name="At">Index of the first character that was dropped.</param>
/// <param name="Tokens">How many tokens the whole prompt has, with start and end.</param>
/// <param name="Limit">How many the model reads.</param>
public sealed record TruncatedPrompt(string Text, int At, int Tokens, int Limit)
{
    private const int Shown = 60;

    /// <summary>One sentence for people: what was dropped, and where.</summary>
    public string Message =>
        $"the prompt has {Tokens} tokens, the model reads {Limit}: from character {At + 1} on it was not read (\"{Dropped}\")";

    /// <summary>The beginning of what was dropped, at most 63 characters.</summary>
    /// <value>Cut out of <see cref="Text"/>; set where the text itself is not carried along.</value>
    [JsonIgnore]
    public string Dropped
    {
        get => field ?? Cut(Text[At..].Trim());
        init;
    }

    private static string Cut(string dropped) => dropped.Length > Shown ? dropped[..Shown] + "..." : dropped;
}
