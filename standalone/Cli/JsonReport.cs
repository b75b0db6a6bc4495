using System.Text.Json;
using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Aigc.Pipeline.Plans;

namespace Aigc.Standalone.Cli;

/// <summary>The object that <c>--json</c> prints. Its names are part of the command's contract.</summary>
internal sealed record JsonReport(
    IReadOnlyList<JsonReport.Image> Images,
    TimeLedger? Ledger,
    ChainPlan? Plan,
    string? PlanReason,
    IReadOnlyList<string>? Warnings,
    JsonReport.Fault? Error)
{
    public static void Write(JobStatus status, IReadOnlyList<ExportedPicture> pictures) => Write(new JsonReport(
        [
            .. pictures.Select(p => new Image(
                p.Path, p.Result.Seed, p.Result.Width, p.Result.Height, p.Result.Picture.Sha256, p.Result.Found, p.Result.Degraded)),
        ],
        status.Ledger,
        status.Plan?.Plan,
        status.Plan?.Reason,
        status.Warnings.Count > 0 ? status.Warnings : null,
        status.Fault is { } fault ? new Fault(fault.Kind, fault.Message) : null));

    public static void WriteFault(FaultKind kind, string message) => Write(new JsonReport([], null, null, null, null, new Fault(kind, message)));

    private static void Write(JsonReport report) => Console.Out.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.JsonReport));

    internal sealed record Image(
        string Path, long Seed, int Width, int Height, string Sha256, bool Found, IReadOnlyList<Degradation>? Degraded);

    internal sealed record Fault([property: JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))] FaultKind Kind, string Message);
}
