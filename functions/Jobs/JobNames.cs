using System.Globalization;

namespace Aigc.Functions.Jobs;

/// <summary>What a job's own artifacts and events are called.</summary>
internal static class JobNames
{
    public const string ImageOrchestrator = "ImageOrchestrator";
    public const string EnhanceOrchestrator = "EnhanceOrchestrator";
    public const string Plan = "Plan";
    public const string SendEnhance = "SendEnhance";
    public const string EnhanceFromQueue = "EnhanceFromQueue";
    public const string RecordResult = "RecordResult";
    public const string CancelEvent = "cancel";
    public const string ProgressEvent = "progress";
    public const string WaitingEvent = "waiting";
    public const string EnhancedEvent = "enhanced";

    /// <summary>What the names of all artifacts of jobs start with.</summary>
    public const string Prefix = "jobs/";

    /// <summary>What the names of one job's artifacts start with.</summary>
    public static string Of(string id) => $"{Prefix}{id}.";

    public static string Accepted(string id) => $"{Of(id)}json";

    public static string Planned(string id) => $"{Of(id)}planned.json";

    public static string Cancel(string id) => $"{Of(id)}cancel";

    public static string Result(string id, int part) => string.Create(CultureInfo.InvariantCulture, $"{Of(id)}result.{part}.json");
}
