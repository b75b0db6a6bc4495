namespace Aigc.Inference.Client.Hosts.Policies;

/// <summary>Chooses a call's host. Pure: the same candidates and the same call give the same choice.</summary>
internal interface IHostPolicy
{
    /// <summary>The place of the chosen one.</summary>
    /// <param name="candidates">At least one; every one has a place for the call. In the order of their turns.</param>
    /// <param name="call">What is known of the call.</param>
    int Pick(IReadOnlyList<HostCandidate> candidates, CallInputs call);
}
