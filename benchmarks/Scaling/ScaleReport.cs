using System.Globalization;

namespace Aigc.Benchmarks.Scaling;

/// <summary>Says in words what the inputs are and what the rules came to.</summary>
internal static class ScaleReport
{
    /// <summary>Steps of a picture.</summary>
    public const int Steps = 20;

    /// <summary>Of the traces.</summary>
    public const int Seed = 1;

    public static void Write(TextWriter writer)
    {
        var platform = new Platform();
        Line(writer, $"inputs: pictures of {Steps} steps, one a job; traces of seed {Seed}");
        Line(writer, $"  the queue is looked at every {platform.PollSeconds:F0} s without replicas, and every {platform.SyncSeconds:F0} s with");
        Line(writer, $"  fewer replicas once fewer sufficed for {platform.StabilizationSeconds:F0} s; from 1 to 4, then twice as many at a time");
        Line(writer, $"  the cheapest rule of which no more than 5 in 100 pictures of the burst wait for {Recommendation.AllowedWait:F0} s");
        Line(writer, $"  then the cooldown of the quiet day,");
        Line(writer, $"  where a second that a caller waits counts as {Recommendation.SecondWorth}");
        foreach (var device in Device.All)
        {
            var (alone, full) = (device.StepSeconds(1) * 1000, device.StepSeconds(device.Pictures) * 1000);
            Line(writer, $"  {device.Name,-5} step {alone,5:F1} ms alone, {full,5:F1} ms with {device.Pictures}; cold start {device.ColdSeconds:F0} s");
            Line(writer, $"        {device.PricePerHour:F2} an hour; {device.PicturesPerHour(Steps):N0} pictures an hour at best");
            Line(writer, $"        {device.Source}");
        }

        foreach (var device in Device.All)
            Write(writer, Recommendation.For(device, platform, Steps, Seed), platform);
        foreach (var device in Device.All.Skip(1))
            Tenfold.Write(writer, device, Steps);
        IdleCost.Write(writer);
    }

    private static void Write(TextWriter writer, Recommendation found, Platform platform)
    {
        var (device, rule) = (found.Device, found.Rule);
        writer.WriteLine();
        Line(writer, $"{device.Name}: jobsPerReplica {rule.JobsPerReplica}, maxReplicas {rule.MaxReplicas}, cooldownSeconds {rule.CooldownSeconds}");
        Head(writer);
        foreach (var (other, result) in found.Cooldowns)
            Row(writer, $"quiet day, cooldown {other.CooldownSeconds} s", result);
        foreach (var (other, result) in found.Tried.Where(one => one.Rule.MaxReplicas == rule.MaxReplicas))
            Row(writer, $"burst, {other.JobsPerReplica} jobs a replica", result);
        var alike = found.Tried.Where(one => one.Rule.JobsPerReplica == rule.JobsPerReplica && one.Rule.MaxReplicas != rule.MaxReplicas);
        foreach (var (other, result) in alike)
            Row(writer, $"burst, at most {other.MaxReplicas} replicas", result);

        // As many as the peak needs at four fifths of a replica's best, since arrivals are not even.
        var most = (int)Math.Ceiling(2 * 1_000_000 / 24.0 / device.PicturesPerHour(Steps) / .8);
        var large = rule with { MaxReplicas = Math.Max(rule.MaxReplicas, most) };
        var million = ScalingSimulation.Run(ArrivalTrace.Million(Seed), device, large, platform, Steps);
        Row(writer, $"a million a day, at most {large.MaxReplicas}", million);
    }

    private static void Head(TextWriter writer) => Line(
        writer,
        $"  {"",-36}{"replicas",9}{"starts",8}{"p50 s",8}{"p95 s",8}{"p99 s",8}{"hours",9}{"busy",7}{"cost",9}{"per 1,000",11}");

    private static void Row(TextWriter writer, string name, ScalingResult result)
    {
        var waits = string.Create(
            CultureInfo.InvariantCulture, $"{result.Wait(.5),8:F1}{result.Wait(.95),8:F1}{result.Wait(.99),8:F1}");
        var costs = string.Create(
            CultureInfo.InvariantCulture, $"{result.ReplicaHours,9:F1}{result.BusyShare,7:P0}{result.Cost,9:F2}{result.CostPerThousand,11:F2}");
        Line(writer, $"  {name,-36}{result.PeakReplicas,9}{result.ColdStarts,8}{waits}{costs}");
    }

    private static void Line(TextWriter writer, FormattableString text) => writer.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
