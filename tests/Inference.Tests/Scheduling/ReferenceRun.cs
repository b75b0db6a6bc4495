using System.Text.Json;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Scheduling;

/// <summary>
/// A whole run of one of diffusers' schedulers over <see cref="DenoisingLoop"/>'s model, in numbers: <c>reference-runs.json</c>.
/// Where the file says "precision": "double", diffusers' tables and samples were held in double precision: at both ends of the cosine
/// schedule its single precision alone is off by more than the tolerance.
/// </summary>
internal sealed record ReferenceRun(
    string Scheduler,
    int Steps,
    int Begin,
    JsonElement Config,
    float[] Timesteps,
    float InitNoiseSigma,
    double Sum,
    double MeanAbs,
    Dictionary<int, double> Elements,
    ReferenceRun.Estimate? Clean)
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

    public override string ToString() => $"{Scheduler} {Steps} from {Begin} {Config.GetRawText()}";

    /// <summary>What diffusers estimated the clean sample to be at a step; left out where it does not say.</summary>
    internal sealed record Estimate(int Step, double MeanAbs, Dictionary<int, double> Elements);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Aigc.Inference.Tests.csproj"))) folder = folder.Parent!;
        return Path.Combine(folder.FullName, "Scheduling", "reference-runs.json");
    }
}
