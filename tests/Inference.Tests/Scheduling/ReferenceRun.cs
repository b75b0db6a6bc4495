using System.Text.Json;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

/// <summary>
/// A whole run of one of diffusers' schedulers over <see cref="DenoisingLoop"/>'s model, in numbers: <c>reference-runs.json</c>.
/// </summary>
internal sealed record ReferenceRun(
    string Scheduler,
    int Steps,
    JsonElement Config,
    float[] Timesteps,
    float InitNoiseSigma,
    double Sum,
    double MeanAbs,
    Dictionary<int, double> Elements)
{
    private static readonly JsonSerializerOptions _options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static IReadOnlyList<ReferenceRun> All { get; } =
        JsonSerializer.Deserialize<ReferenceRun[]>(File.ReadAllText(Find()), _options)!;

    public IScheduler CreateScheduler()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Config.GetRawText());
            return SchedulerCatalog.Create(Scheduler, SchedulerConfig.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    public override string ToString() => $"{Scheduler} {Steps} {Config.GetRawText()}";

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aigc.Inference.Tests.csproj"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "Scheduling", "reference-runs.json");
    }
}
