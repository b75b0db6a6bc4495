using System.Text;
using System.Text.Json;
using Aigc.Artifacts;
using Microsoft.DurableTask;

namespace Aigc.Functions.Messages;

/// <summary>A fault on its way from an activity to its orchestrator, within the message of an exception.</summary>
/// <param name="Kind">What sort of fault.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="RetryAfterMs">When a retry has a chance, in milliseconds; below 0: never. Null where nothing is said.</param>
public sealed record FaultMessage(FaultKind Kind, string Message, double? RetryAfterMs)
{
    private const int MaxMessageBytes = 1500;

    // Hosts put words of their own before and after an exception's message, so the fault has a beginning that can be found.
    private const string Start = "{\"Fault\":";

    /// <summary>The fault that an exception stands for; one that is no fault is a bug.</summary>
    public static FaultMessage From(Exception exception) => exception is FaultException fault
        ? new FaultMessage(fault.Kind, Texts.Clip(fault.Message, MaxMessageBytes), fault.RetryAfter?.TotalMilliseconds)
        : new FaultMessage(FaultKind.Internal, Texts.Clip($"{exception.GetType()}: {exception.Message}", MaxMessageBytes), null);

    /// <summary>The fault within a failed task; one without is of <see cref="FaultKind.Internal"/>, as where a worker was lost.</summary>
    public static FaultMessage From(TaskFailureDetails details)
    {
        for (var failure = details; failure is not null; failure = failure.InnerFailure)
        {
            if (Find(failure.ErrorMessage) is { } found)
                return found;
        }

        return new FaultMessage(FaultKind.Internal, Texts.Clip($"{details.ErrorType}: {details.ErrorMessage}", MaxMessageBytes), null);
    }

    /// <summary>The fault as one line of text that <see cref="From(TaskFailureDetails)"/> finds again.</summary>
    public string ToText() => $"{Start}{JsonSerializer.Serialize(this)}}}";

    /// <summary>The fault as core knows it.</summary>
    public FaultException ToException() =>
        new(Kind, Message, retryAfter: RetryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null);

    private static FaultMessage? Find(string? text)
    {
        var at = text?.IndexOf(Start, StringComparison.Ordinal) ?? -1;
        if (at < 0)
            return null;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text![(at + Start.Length)..]));
            return JsonSerializer.Deserialize<FaultMessage>(ref reader);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
