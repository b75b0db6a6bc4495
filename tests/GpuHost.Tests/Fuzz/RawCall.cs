using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using Grpc.Core;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Sends bytes where the host expects a message.</summary>
internal static class RawCall
{
    private static readonly Marshaller<byte[]> _bytes = Marshallers.Create(static bytes => bytes, static bytes => bytes);

    // A channel remembers every method object that it has seen.
    private static readonly ConcurrentDictionary<MethodDescriptor, Method<byte[], byte[]>> _methods = [];

    /// <summary>Makes a call and reads all its answers, or of an endless one the first.</summary>
    /// <exception cref="RpcException">What the host answered, unless that is OK.</exception>
    public static async Task<IReadOnlyList<byte[]>> SendAsync(
        CallInvoker invoker, MethodDescriptor method, byte[] message, DateTime deadline)
    {
        var options = new CallOptions(deadline: deadline);
        var raw = _methods.GetOrAdd(method, Raw);
        if (!method.IsServerStreaming)
            return [await invoker.AsyncUnaryCall(raw, null, options, message)];
        using var call = invoker.AsyncServerStreamingCall(raw, null, options, message);
        var answers = new List<byte[]>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            answers.Add(call.ResponseStream.Current);
            if (method.Name == "WatchLoad")
                break;
        }

        return answers;
    }

    private static Method<byte[], byte[]> Raw(MethodDescriptor method) => new(
        method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary, method.Service.FullName, method.Name, _bytes, _bytes);
}
