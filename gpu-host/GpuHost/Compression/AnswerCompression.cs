using Aigc.Compression;
using Aigc.Contracts.Inference.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Aigc.GpuHost.Compression;

/// <summary>
/// Compresses answers of a kilobyte and more for callers who say that they read it: Zstandard, or gzip where they know no other. Never a
/// picture, which is folded already.
/// </summary>
internal sealed class AnswerCompression : Interceptor
{
    /// <summary>Smaller ones go as they are: there is little to save.</summary>
    public const int MinBytes = 1024;

    private const string Gzip = "gzip";
    private const string AcceptEncoding = "grpc-accept-encoding";

    // gRPC for .NET takes this header for its own, and sends grpc-encoding instead.
    private const string EncodingRequest = "grpc-internal-encoding-request";

    private static readonly WriteOptions _plain = new(WriteFlags.NoCompress);
    private static readonly WriteOptions _folded = new();

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var response = await continuation(request, context).ConfigureAwait(false);
        context.WriteOptions = OptionsOf(response);
        if (context.WriteOptions == _folded && SaysGzipAlone(context))
            await context.WriteResponseHeadersAsync(GzipHeaders()).ConfigureAwait(false);
        return response;
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        continuation(request, new Writer<TResponse>(responseStream, context), context);

    private static WriteOptions OptionsOf(object message) =>
        message is IMessage and not GenerateImageResponse && ((IMessage)message).CalculateSize() >= MinBytes ? _folded : _plain;

    // The service's own setting takes care of those who read Zstandard.
    private static bool SaysGzipAlone(ServerCallContext context)
    {
        var accepted = context.GetHttpContext().Request.Headers[AcceptEncoding].ToString().Split(',', StringSplitOptions.TrimEntries);
        return accepted.Contains(Gzip, StringComparer.Ordinal) && !accepted.Contains(ZstdMessages.Name, StringComparer.Ordinal);
    }

    private static Metadata GzipHeaders() => new() { { EncodingRequest, Gzip } };

    private sealed class Writer<T>(IServerStreamWriter<T> inner, ServerCallContext context) : IServerStreamWriter<T>
    {
        private bool _begun;

        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public async Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            inner.WriteOptions = OptionsOf(message!);
            // A stream says once how it is compressed, and only its first message is known by then.
            if (!_begun && SaysGzipAlone(context))
                await context.WriteResponseHeadersAsync(GzipHeaders()).ConfigureAwait(false);
            _begun = true;
            await inner.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }
}
