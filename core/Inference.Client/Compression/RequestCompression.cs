using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Aigc.Inference.Client.Compression;

/// <summary>Compresses those requests that are large enough for it to tell.</summary>
/// <param name="encoding">As <c>grpc-encoding</c> calls it.</param>
internal sealed class RequestCompression(string encoding) : Interceptor
{
    /// <summary>Smaller ones go as they are: nine tenths of one picture's request would be left.</summary>
    public const int MinBytes = 1024;

    // gRPC for .NET takes this header for its own, and sends grpc-encoding instead.
    private const string EncodingRequest = "grpc-internal-encoding-request";

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, With(request, context));

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) => continuation(request, With(request, context));

    private ClientInterceptorContext<TRequest, TResponse> With<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context)
        where TRequest : class
        where TResponse : class
    {
        if (request is not IMessage message || message.CalculateSize() < MinBytes)
            return context;
        Metadata headers = [.. context.Options.Headers ?? [], new Metadata.Entry(EncodingRequest, encoding)];
        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, context.Options.WithHeaders(headers));
    }
}
