using System.Globalization;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Ledger;
using Spectre.Console;

namespace Aigc.Standalone.Cli;

/// <summary>What people see of a job: a live step count, then the pictures and where the time went.</summary>
/// <param name="json">Whether standard output belongs to JSON; everything for people then goes to standard error.</param>
internal sealed class ConsoleReport(bool json)
{
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(json ? Console.Error : Console.Out),
    });

    public void Resuming(IReadOnlyList<JobStatus> jobs)
    {
        var noun = jobs.Count == 1 ? "job" : "jobs";
        if (jobs.Count > 0)
            _console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"Taking up {jobs.Count} unfinished {noun} of a process that is gone.");
    }

    public void Resumed(JobStatus status, IReadOnlyList<ExportedPicture> pictures, string folder) => _console.MarkupLineInterpolated(
        CultureInfo.InvariantCulture, $"The job taken up is {Word(status.State)}: {pictures.Count} of {status.Progress.Pictures} pictures in {folder}");

    /// <summary>Watches a job to its end; Ctrl+C cancels it.</summary>
    /// <returns>The last status, and the time from process start to the first denoising step, null where none was done.</returns>
    public async Task<(JobStatus Status, TimeSpan? FirstStep)> FollowAsync(
        IPipelineEngine engine, string id, Func<TimeSpan> sinceProcessStart, CancellationToken cancellationToken)
    {
        JobStatus? last = null;
        TimeSpan? firstStep = null;
        using var cancel = cancellationToken.Register(() => engine.CancelAsync(id));
        async Task WatchAsync(Action<JobStatus> show)
        {
            await foreach (var status in engine.WatchAsync(id, CancellationToken.None).ConfigureAwait(false))
            {
                if (firstStep is null && status.Progress.StepsDone > 0)
                    firstStep = sinceProcessStart();
                show(last = status);
            }
        }

        if (!_console.Profile.Capabilities.Interactive || !_console.Profile.Out.IsTerminal)
        {
            await WatchAsync(static _ => { }).ConfigureAwait(false);
        }
        else
        {
            await _console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask("starting");
                    await WatchAsync(status =>
                    {
                        var p = status.Progress;
                        (bar.MaxValue, bar.Value) = (Math.Max(1, p.Steps), p.StepsDone);
                        bar.Description = string.Create(CultureInfo.InvariantCulture, $"step {p.StepsDone}/{p.Steps}, picture {p.PicturesDone}/{p.Pictures}");
                    }).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }

        return (last!, firstStep);
    }

    public void Ended(JobStatus status, IReadOnlyList<ExportedPicture> pictures, TimeSpan? firstStep)
    {
        foreach (var warning in status.Warnings)
            Console.Error.WriteLine($"warning: {warning}");
        if (status.State != JobState.Completed)
            Console.Error.WriteLine(status.Fault is { } fault ? $"error: {fault.Message}" : "cancelled");
        if (status.State != JobState.Completed && pictures.Count > 0)
            Console.Error.WriteLine($"{pictures.Count} of {status.Progress.Pictures} pictures were finished and are kept: the same command with the same --seed makes only the rest.");
        if (json)
            return;

        foreach (var (result, path) in pictures)
        {
            var found = result.Found ? "  (found, not made again)" : "";
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{path}  {result.Width}x{result.Height}  seed {result.Seed}{found}"));
        }

        if (status.Ledger is { } ledger)
            _console.Write(Table(ledger));
        if (status.Plan is { } plan)
            Console.Out.WriteLine($"Plan {Word(plan.Plan)}: {plan.Reason}.");
        if (firstStep is { } first && status.Ledger?.ComputeMs > 0)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"First denoising step {first.TotalMilliseconds:F0} ms after the process started."));
    }

    private static Table Table(TimeLedger ledger)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn(new TableColumn("where the time went"))
            .AddColumn(new TableColumn("ms").RightAligned())
            .AddColumn(new TableColumn("share").RightAligned());
        (string Name, double Ms)[] rows =
        [
            ("load model", ledger.LoadMs), ("queue", ledger.QueueMs), ("understand", ledger.UnderstandMs),
            .. ledger.PrepareMs > 0 ? [("prepare", ledger.PrepareMs)] : Array.Empty<(string, double)>(),
            ("generate", ledger.GenerateMs), ("enhance", ledger.EnhanceMs), ("encode", ledger.EncodeMs), ("store", ledger.StoreMs),
            ("chain overhead", ledger.OverheadMs), ("total", ledger.TotalMs),
        ];
        foreach (var (name, ms) in rows)
        {
            var share = ledger.TotalMs > 0 ? ms / ledger.TotalMs : 0;
            table.AddRow(
                new Text(name, name is "chain overhead" or "total" ? new Style(decoration: Decoration.Bold) : Style.Plain),
                new Text(ms.ToString("F1", CultureInfo.InvariantCulture)),
                new Text(share.ToString("P1", CultureInfo.InvariantCulture)));
        }

        return table;
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
