using Aigc.Contracts.Inference.V1;

namespace Aigc.Inference.Client.Hosts;

/// <summary>Where a watch tells what it hears of one host.</summary>
internal sealed class HostEar(HostPool pool, int host)
{
    public void Heard(WatchLoadResponse load) => pool.Heard(host, load);

    public void NotHeard(bool silent) => pool.NotHeard(host, silent);
}
