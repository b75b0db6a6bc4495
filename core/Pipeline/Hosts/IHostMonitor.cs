namespace Aigc.Pipeline.Hosts;

/// <summary>Looks at the hosts that carry stage calls out. Safe for many callers at once, who may share one look.</summary>
public interface IHostMonitor
{
    /// <summary>
    /// How the hosts are, in the order in which they are configured; one that does not answer is <see cref="HostCondition.Down"/>.
    /// </summary>
    /// <param name="cancellationToken">Gives up; the only way in which a look fails as a whole.</param>
    ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken);
}
