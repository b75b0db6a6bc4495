using System.Globalization;

namespace Aigc.Benchmarks.Scaling;

/// <summary>What each part of the deployment takes at most, against ten million pictures a day: which of them gives way first.</summary>
internal static class Tenfold
{
    /// <summary>Pictures a second at the peak of a day of ten million, twice the mean.</summary>
    public const double PeakPerSecond = 2 * 10_000_000 / 86_400.0;

    /// <summary>The parts, the first to give way first.</summary>
    /// <param name="device">What replicas run on.</param>
    /// <param name="steps">Denoising steps of a picture.</param>
    public static IReadOnlyList<Limit> Limits(Device device, int steps)
    {
        // How long an activity lasts that waits for a picture of a full batch.
        var seconds = steps * device.StepSeconds(device.Pictures);
        Limit[] limits =
        [
            new(
                $"replicas, {device.Name}", "replicas", 3600 / device.PicturesPerHour(steps), 100,
                "the template's own bound; a subscription's quota of devices is less until more is asked for",
                "a faster device or fewer steps; then several regions, each a whole deployment with a quota of its own"),
            new(
                "Durable hub on Azure Storage, 4 partitions", "orchestrations a second", 1, 40,
                "10 a second for a partition, assumed: measure yours",
                "the scheduler as backend, or several hubs, each with an account, by a hash of the job's id"),
            new(
                "scheduler, paid by the action", "actions a second", 4, 500,
                "the service's limit; an activity costs 2, a start and an end 1 each",
                "capacity units, up to 3 of 2,000 actions a second each; then several schedulers"),
            new(
                "app, 16 activities an instance", "instances", seconds / 16, 1000,
                "maxConcurrentActivityFunctions; Flex Consumption",
                "more activities an instance: they only wait"),
            new(
                "account of pictures", "requests a second", 6, 20_000,
                "Azure Storage's target; 6 requests a picture, assumed: a look-up, an upload, a job's documents, a download",
                "several accounts, by the first letters of a picture's name, which is a hash"),
            new(
                "queue of the hub", "messages a second", 1, 2000,
                "Azure Storage's target for one queue",
                "several hubs, as above"),
        ];
        return [.. limits.OrderByDescending(static limit => limit.Times(PeakPerSecond))];
    }

    public static void Write(TextWriter writer, Device device, int steps)
    {
        writer.WriteLine();
        Line(writer, $"ten million a day on {device.Name}, {PeakPerSecond:F0} pictures a second at the peak: how many times over each limit");
        foreach (var limit in Limits(device, steps))
        {
            var asked = PeakPerSecond * limit.PerPicture;
            Line(writer, $"  {limit.Times(PeakPerSecond),5:F2}  {limit.Name}: {asked:N0} of {limit.Most:N0} {limit.Unit}");
            Line(writer, $"         {limit.Source}");
            Line(writer, $"         then: {limit.Then}");
        }
    }

    private static void Line(TextWriter writer, FormattableString text) => writer.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
