using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts.Sources;

/// <summary>Keeps a pool's hosts as its source has them. What cannot be learned changes nothing: the last good list is kept.</summary>
internal sealed class HostFollower(HostSource source, HostPool pool, RemoteStagesOptions options, TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private string? _fault;

    /// <summary>Follows until it is disposed of; asks once where the hosts do not change.</summary>
    public async Task RunAsync()
    {
        var failures = 0;
        while (!_end.IsCancellationRequested)
        {
            failures = await LookAsync().ConfigureAwait(false) ? 0 : failures + 1;
            if (!source.Changes)
                return;
            // With no host at all, calls wait for the first.
            var wait = failures > 0 && pool.Hosts.Count == 0 ? BackOff.After(failures, options, pool.Draws) : options.HostRefresh;
            await Task.Delay(wait, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Never disposed of: a look may be under way, and it has no timer.
    public void Dispose() => _end.Cancel();

    private static string Words(int hosts) => hosts == 1 ? "1 host" : $"{hosts} hosts";

    private async Task<bool> LookAsync()
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _end.Token);
        try
        {
            var hosts = await source.ListAsync(either.Token).ConfigureAwait(false);
            if (_end.IsCancellationRequested)
                return true;
            if (_fault is not null)
                options.Report?.Invoke($"{source} can be read again: {Words(hosts.Count)}");
            _fault = null;
            pool.Apply(hosts);
            return true;
        }
        catch (FaultException) when (_end.IsCancellationRequested)
        {
            return true;
        }
        catch (FaultException e)
        {
            // Said once, and not at every look.
            if (_fault != e.Message)
            {
                var kept = pool.Hosts.Count;
                options.Report?.Invoke(kept > 0 ? $"{e.Message}; the last list is kept, of {Words(kept)}" : e.Message);
            }

            _fault = e.Message;
            pool.NotListed(e.Message);
            return false;
        }
    }
}
