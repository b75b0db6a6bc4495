namespace Aigc.FunctionsDurable;

/// <summary>An event that has just become part of a history.</summary>
/// <param name="Index">Its number over all instances of the engine, from 0; turn starts are not counted.</param>
/// <param name="InstanceId">Whose history.</param>
/// <param name="Event">What was added.</param>
public sealed record DurableEventPoint(int Index, string InstanceId, HistoryEvent Event);

/// <summary>What becomes of the engine after an event.</summary>
public enum DurableFault
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>
    /// The host dies: everything in memory is thrown away, the store is read back from JSON, and whatever was asked for and
    /// not answered - activities, timers - is begun again.
    /// </summary>
    Restart,
}

/// <summary>How often the end of an activity is delivered.</summary>
public enum ActivityDelivery
{
    /// <summary>Once.</summary>
    Once,

    /// <summary>Twice: the activity ran once, and its completion arrives again.</summary>
    Twice,

    /// <summary>Not at all: the host died before it was recorded, so the activity runs again.</summary>
    LostAndRunAgain,
}
