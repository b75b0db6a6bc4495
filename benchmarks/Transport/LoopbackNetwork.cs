namespace Aigc.Benchmarks.Transport;

/// <summary>This machine's loopback, with whatever other processes send over it.</summary>
internal sealed class LoopbackNetwork : IBenchmarkNetwork
{
    public string Name => "loopback";

    public string ServerAddress => "127.0.0.1";

    public IReadOnlyList<string> Within => [];

    // What is sent there is received there.
    public long Bytes => InterfaceCounters.Received("lo");
}
