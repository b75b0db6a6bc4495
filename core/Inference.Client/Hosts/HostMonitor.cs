using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Calls;
using Aigc.Pipeline.Hosts;
using Grpc.Core;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Hosts;

/// <summary>Asks every host how it is. Callers within a second share one look, however many they are.</summary>
internal sealed class HostMonitor(HostPool hosts, RemoteStagesOptions options, TimeProvider time)
{
    private static readonly TimeSpan _shared = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<HostReport[]>? _look;
    private TimeSpan _lookedAt;

    public async ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken)
    {
        Task<HostReport[]> look;
        lock (_gate)
        {
            if (_look is null || (_look.IsCompleted && hosts.Now - _lookedAt >= _shared))
                (_look, _lookedAt) = (Task.WhenAll(Enumerable.Range(0, hosts.Count).Select(LookAtAsync)), hosts.Now);
            look = _look;
        }

        // No caller's leaving ends what the others wait for.
        return await look.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // The last of them of a channel that was closed, as the process ends.
    private static bool NoAnswer(Exception e) => e is RpcException or OperationCanceledException or ObjectDisposedException;

    private static async Task<WatchLoadResponse> LoadAsync(InferenceClient client, CancellationToken cancellationToken)
    {
        using var call = client.WatchLoad(new WatchLoadRequest(), cancellationToken: cancellationToken);
        return await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false)
            ? call.ResponseStream.Current
            : throw new RpcException(new Status(StatusCode.Internal, "it tells nothing of its load"));
    }

    private async Task<HostReport> LookAtAsync(int host)
    {
        var (name, client) = (hosts.NameOf(host), hosts.ClientOf(host));
        using var limit = new CancellationTokenSource(options.LookLimit, time);
        // Describing takes long where the host still reads its model for the first time; its load it tells at once.
        var described = DescribeAsync(client, limit.Token);
        try
        {
            var load = await LoadAsync(client, limit.Token).ConfigureAwait(false);
            return Report(name, load, await described.ConfigureAwait(false));
        }
        catch (Exception e) when (NoAnswer(e))
        {
            await described.ConfigureAwait(false);
            var why = e is RpcException answer && !limit.IsCancellationRequested ? HostFailure.Of(answer).Why : "no answer in time";
            return new HostReport(name, HostCondition.Down) { Why = why };
        }
    }

    /// <returns>Null where the host does not say.</returns>
    private static async Task<DescribeResponse?> DescribeAsync(InferenceClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await client.DescribeAsync(new DescribeRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (NoAnswer(e))
        {
            return null;
        }
    }

    private HostReport Report(string name, WatchLoadResponse load, DescribeResponse? described)
    {
        var model = options.Model is { } wanted
            ? described?.Models.FirstOrDefault(model => model.Name == wanted)
            : described?.Models.FirstOrDefault();
        var (state, why) = (described, model) switch
        {
            _ when load.Draining => (HostCondition.Draining, "it is about to end"),
            (null, _) => (HostCondition.Loading, "it does not say yet what its model can do"),
            (_, null) => (HostCondition.Down, options.Model is { } absent ? $"it has no model '{absent}'" : "it has no model"),
            (_, { Fault.Length: > 0 }) => (HostCondition.Down, model.Fault),
            (_, { Loaded: false }) => (HostCondition.Loading, "its model is not in memory yet"),
            _ => (HostCondition.Up, (string?)null),
        };
        return new HostReport(name, state)
        {
            Why = why,
            QueuedSeconds = load.QueuedSeconds,
            Running = load.Running,
            Waiting = load.Waiting,
            FreeRows = load.FreeRows,
            Devices = [.. described?.Devices.Select(device => HostReport.DeviceWords(device.Provider, device.Index, device.Threads)) ?? []],
        };
    }
}
