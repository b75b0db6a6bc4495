namespace Aigc.Benchmarks.Scaling;

/// <summary>
/// The rule for a device: how many jobs a replica and how many replicas by a burst and a quiet day together, how long it stays by the
/// quiet day.
/// </summary>
/// <param name="Device">The device.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Tried">Each rule that was tried, with what it came to in the burst.</param>
/// <param name="Cooldowns">Each cooldown that was tried on the quiet day.</param>
internal sealed record Recommendation(
    Device Device,
    ScaleRule Rule,
    IReadOnlyList<(ScaleRule Rule, ScalingResult Result)> Tried,
    IReadOnlyList<(ScaleRule Rule, ScalingResult Result)> Cooldowns)
{
    /// <summary>What 5 in 100 pictures of the burst may wait longer than, in seconds.</summary>
    public const double AllowedWait = 30;

    /// <summary>What it is worth that a caller waits a second less, in the currency of the prices.</summary>
    public const double SecondWorth = 0.001;

    private static readonly int[] _jobs = [2, 4, 8, 16];
    private static readonly int[] _replicas = [1, 2, 3, 4, 6, 8, 10, 12, 16];
    private static readonly int[] _cooldowns = [60, 300, 900];

    /// <summary>Finds it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="platform">What the platform makes of a rule.</param>
    /// <param name="steps">Denoising steps of a picture.</param>
    /// <param name="seed">Of the traces.</param>
    public static Recommendation For(Device device, Platform platform, int steps, int seed)
    {
        var burst = ArrivalTrace.Burst(seed);
        var quiet = ArrivalTrace.Quiet(seed);
        var tried = new List<(ScaleRule Rule, ScalingResult Result)>();
        foreach (var jobs in _jobs)
        {
            foreach (var replicas in _replicas)
            {
                var rule = new ScaleRule(jobs, replicas, 300);
                tried.Add((rule, ScalingSimulation.Run(burst, device, rule, platform, steps)));
                // More replicas than are ever used change nothing.
                if (tried[^1].Result.PeakReplicas < replicas)
                    break;
            }
        }

        // Of those that keep to the wait, the one that costs the least over both; the quickest where none does.
        var good = tried.Where(static one => one.Result.Wait(.95) <= AllowedWait).ToArray();
        var best = good.Length == 0
            ? tried.MinBy(static one => one.Result.Wait(.95)).Rule
            : good.MinBy(one => one.Result.Cost + ScalingSimulation.Run(quiet, device, one.Rule, platform, steps).Cost).Rule;

        (ScaleRule Rule, ScalingResult Result)[] cooldowns =
        [
            .. _cooldowns.Select(seconds => best with { CooldownSeconds = seconds })
                .Select(rule => (rule, ScalingSimulation.Run(quiet, device, rule, platform, steps))),
        ];
        return new(device, cooldowns.MinBy(static one => Worth(one.Result)).Rule, tried, cooldowns);
    }

    // What is paid, and what is waited.
    private static double Worth(ScalingResult result) => result.Cost + SecondWorth * result.Waits.Sum();
}
