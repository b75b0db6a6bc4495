using Grpc.Net.Client;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client.Hosts;

/// <summary>One host of a pool: its channel, which all calls share, and the stream of its load.</summary>
internal sealed class HostEntry : IDisposable
{
    private readonly GrpcChannel _channel;

    public HostEntry(int id, Uri address, HostPool pool, RemoteStagesOptions options, TimeProvider time)
    {
        (Id, Address, Name, Holder) = (id, address, HostAddress.NameOf(address), HostAddress.HolderOf(address));
        _channel = HostChannel.Open(address, options);
        Client = new InferenceClient(HostChannel.InvokerOf(_channel, options));
        Watch = new HostWatch(Client, new HostEar(pool, id), options, pool.Draws, time);
        Breaker = new HostBreaker(id, options.Resilience.Breaker, pool, time);
    }

    public int Id { get; }

    public Uri Address { get; }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>What references to artifacts call it where it gives itself no name.</summary>
    public string? Holder { get; }

    public InferenceClient Client { get; }

    public HostWatch Watch { get; }

    public HostBreaker Breaker { get; }

    public void Dispose()
    {
        Watch.Dispose();
        _channel.Dispose();
    }
}
