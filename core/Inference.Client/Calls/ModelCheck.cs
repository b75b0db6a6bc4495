using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Mapping;
using Aigc.Pipeline.Requests;
using Grpc.Core;

namespace Aigc.Inference.Client.Calls;

/// <summary>Learns what the hosts' model can do, from one of them, and that the others have the same.</summary>
internal sealed class ModelCheck(HostPool hosts, RemoteStagesOptions options, TimeProvider time)
{
    /// <exception cref="FaultException">No host answers, none has the model, or two have different ones of its name.</exception>
    public async Task<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken)
    {
        var (first, id, name) = await new RetriedCall(hosts, options, time).RunAsync(
            async host =>
            {
                var response = await host.Client.DescribeAsync(new DescribeRequest(), cancellationToken: cancellationToken)
                    .ConfigureAwait(false);
                host.Named(response.Host);
                return (response, host.Host, host.Name);
            },
            cancellationToken).ConfigureAwait(false);
        var model = first.ToCapabilities(options.Model, name);
        var others = hosts.Hosts.Where(other => other.Id != id && !hosts.IsSilent(other.Id));
        await Task.WhenAll(others.Select(other => CheckAsync(other, model, name, cancellationToken))).ConfigureAwait(false);
        return model;
    }

    /// <summary>Refuses a host that has another model. One that does not answer now is held against its artifacts' names later.</summary>
    private async Task CheckAsync(HostEntry other, EngineCapabilities model, string host, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DescribeResponse response;
        try
        {
            response = await other.Client.DescribeAsync(new DescribeRequest(), cancellationToken: either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RpcException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return;
        }

        hosts.Named(other.Id, response.Host);
        var theirs = response.ToCapabilities(model.ModelName, other.Name);
        if (theirs.ModelDigest != model.ModelDigest)
        {
            throw new FaultException(
                FaultKind.BadModel,
                $"hosts have different models of the name '{model.ModelName}': {host} one with digest {model.ModelDigest}, "
                + $"{other.Name} one with {theirs.ModelDigest}: give every host the same model files");
        }
    }
}
