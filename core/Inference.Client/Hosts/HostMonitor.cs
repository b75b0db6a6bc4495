using Aigc.Contracts.Inference.V1;
using Aigc.Pipeline.Hosts;
using Grpc.Core;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Hosts;

/// <summary>
/// Says how every host is: its load as its stream has it, and what it can do as it describes itself. Callers within a second share one
/// look, however many they are.
/// </summary>
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
            {
                hosts.Watch();
                (_look, _lookedAt) = (Task.WhenAll(hosts.Hosts.Select(LookAtAsync)), hosts.Now);
            }

            look = _look;
        }

        // No caller's leaving ends what the others wait for.
        return await look.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    // The last of them of a channel that was closed, as the process ends.
    private static bool NoAnswer(Exception e) => e is RpcException or OperationCanceledException or ObjectDisposedException;

    private async Task<HostReport> LookAtAsync(HostEntry host)
    {
        using var limit = new CancellationTokenSource(options.LookLimit, time);
        // Describing takes long where the host still reads its model for the first time; its load it tells at once.
        var described = DescribeAsync(host.Client, limit.Token);
        HostWord word;
        try
        {
            word = await host.Watch.HearAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            word = new HostWord(null, HostWatch.LateWhy);
        }

        var answer = await described.ConfigureAwait(false);
        hosts.Named(host.Id, answer?.Host);
        return word.Load is { } load ? Report(host.Name, load, answer) : new HostReport(host.Name, HostCondition.Down) { Why = word.Why };
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
