using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.FunctionsDurable;

/// <summary>How an <see cref="InMemoryDurableEngine"/> behaves.</summary>
public sealed record InMemoryDurableOptions
{
    /// <value>The clock of timers and histories. The default is the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <value>
    /// Whether a timer fires as soon as no activity runs and no event waits, the clock jumping to its time. The default is
    /// false: timers wait for <see cref="TimeProvider"/>.
    /// </value>
    public bool FireTimersAtOnce { get; init; }

    /// <value>
    /// The longest timer that <see cref="FireTimersAtOnce"/> fires: longer ones are limits on what comes from outside. The default is any.
    /// </value>
    public TimeSpan LongestAtOnce { get; init; } = TimeSpan.MaxValue;

    /// <value>How payloads become JSON. The default is the worker's: names as written, read without regard to case.</value>
    public JsonSerializerOptions Serializer { get; init; } = new() { PropertyNameCaseInsensitive = true };

    /// <value>
    /// Whether a replayed task must also have the input that its history holds. The real engine does not look; here an input
    /// with a clock or a random number in it is found. The default is true.
    /// </value>
    public bool CompareInputs { get; init; } = true;

    /// <value>
    /// Whether a turn takes all events that wait for its instance, as a real host does when they come in together. The default
    /// is false: one event a turn, which replays as often as can be.
    /// </value>
    public bool BatchEvents { get; init; }

    /// <value>Where orchestrators log. The default is nowhere.</value>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <value>Asked after each event, inside the engine's lock: it must not wait.</value>
    public Func<DurableEventPoint, DurableFault>? AfterEvent { get; init; }

    /// <value>What an event becomes as it is written to a history, as a damaged store would have it. The default is itself.</value>
    public Func<HistoryEvent, HistoryEvent> Damage { get; init; } = one => one;

    /// <value>Asked each time an activity has ended, with its name and the instance that called it.</value>
    public Func<string, string, ActivityDelivery>? OnActivityEnd { get; init; }
}
