namespace Aigc.Functions.Activities;

/// <summary>
/// When a call may say how far it is: nothing in its first second, and then ever more seldom, since each report stays in its job's
/// history. Pure.
/// </summary>
/// <remarks>
/// A call that is alone waits a second or a tenth of its time, whichever is longer: 49 reports in ten minutes, 74 in two hours. One of many
/// has a share of the job's reports and spreads it over as long a time.
/// </remarks>
/// <param name="most">The most reports of the call, as <see cref="ShareOf"/> gives it.</param>
internal sealed class ProgressThrottle(int most)
{
    /// <summary>The most reports of a job, over all its calls; each further try of a call has the call's share again.</summary>
    public const int MostOfJob = 512;

    private const int MostOfCall = 100;

    private static readonly TimeSpan _least = TimeSpan.FromSeconds(1);

    private readonly double _growth = Math.Pow(0.9, -(double)MostOfCall / most);
    private TimeSpan _last;
    private int _sent;

    /// <summary>A call's share: each picture is denoised by one call, so the shares of all come to no more than the job's.</summary>
    /// <param name="pictures">Pictures of the call.</param>
    /// <param name="all">Pictures of the job.</param>
    public static int ShareOf(int pictures, int all) => Math.Min(MostOfCall, MostOfJob * pictures / all);

    /// <summary>How long until the next report.</summary>
    /// <param name="elapsed">How old the call is.</param>
    /// <returns>Zero where one is due, null where there will be none.</returns>
    public TimeSpan? Wait(TimeSpan elapsed)
    {
        if (_sent >= most)
            return null;
        var next = _sent == 0 ? _least : TimeSpan.FromSeconds(Math.Max((_last + _least).TotalSeconds, _last.TotalSeconds * _growth));
        return next > elapsed ? next - elapsed : TimeSpan.Zero;
    }

    /// <summary>One was sent.</summary>
    /// <param name="elapsed">How old the call was.</param>
    public void Sent(TimeSpan elapsed) => (_last, _sent) = (elapsed, _sent + 1);
}
