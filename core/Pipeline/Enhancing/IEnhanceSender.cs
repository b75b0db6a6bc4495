using Aigc.Artifacts;

namespace Aigc.Pipeline.Enhancing;

/// <summary>
/// Hands enhancements to a queue, where they wait for whoever takes them. It delivers each at least once: whoever takes one finds what was
/// made of it before, and whoever waits takes the first answer.
/// </summary>
public interface IEnhanceSender
{
    /// <summary>Puts an enhancement in.</summary>
    /// <param name="work">The enhancement.</param>
    /// <param name="cancellationToken">Gives up; it may be in the queue all the same.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the queue cannot be reached now.</exception>
    ValueTask SendAsync(EnhanceWork work, CancellationToken cancellationToken);
}
