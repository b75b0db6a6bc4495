using System.Text.Json.Serialization;

namespace Aigc.Functions.Messages;

/// <summary>What an enhancement came to: an answer, or the fault it ended on.</summary>
/// <param name="Answer">The answer; null where it failed.</param>
/// <param name="Fault">The fault; null where it did not.</param>
public sealed record EnhanceAnswer(StageAnswer? Answer, FaultMessage? Fault)
{
    /// <summary>The try that it answers, where it comes as an event; 0 where it does not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Try { get; init; }
}
