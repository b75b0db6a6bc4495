using Aigc.Artifacts;
using Aigc.GpuHost.Requests;
using Aigc.GpuHost.Telemetry;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Aigc.GpuHost.Faults;

/// <summary>Turns whatever a call throws into a status of its own; what nobody foresaw is logged, and the caller is told only where to look.</summary>
internal sealed partial class FaultInterceptor(HostTelemetry telemetry, ILogger<FaultInterceptor> logger, TimeProvider time) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        MappedAsync(() => continuation(request, context), context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        MappedAsync(
            async () =>
            {
                await continuation(request, responseStream, context).ConfigureAwait(false);
                return true;
            },
            context);

    private async Task<T> MappedAsync<T>(Func<Task<T>> call, ServerCallContext context)
    {
        FrameFaults.MessageRead(context.GetHttpContext());
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (InvalidRequestException fault)
        {
            telemetry.Faulted(FaultKind.BadRequest);
            throw fault.ToRpcException();
        }
        catch (FaultException fault)
        {
            telemetry.Faulted(fault.Kind);
            if (fault.Kind is FaultKind.Internal or FaultKind.BadModel or FaultKind.DataLoss or FaultKind.OutOfSpace)
                LogFault(context.Method, fault.Kind, fault);
            throw fault.ToRpcException();
        }
        catch (OperationCanceledException)
        {
            throw context.Deadline <= time.GetUtcNow().UtcDateTime
                ? new RpcException(new Status(StatusCode.DeadlineExceeded, "the deadline passed before the call was done: allow more time"))
                : new RpcException(new Status(StatusCode.Cancelled, "the call was cancelled"));
        }
        catch (Exception e) when (e is not RpcException && context.CancellationToken.IsCancellationRequested)
        {
            // The stream's other end is gone: there is nobody to tell, and nothing wrong here.
            throw new RpcException(new Status(StatusCode.Cancelled, "the caller is gone"));
        }
        catch (Exception e) when (e is not RpcException)
        {
            var id = context.GetHttpContext().TraceIdentifier;
            LogDefect(context.Method, id, e);
            throw new RpcException(new Status(StatusCode.Internal, $"a defect of the host; its log says more under {id}"));
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} failed: {Kind}")]
    private partial void LogFault(string method, FaultKind kind, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "{Method} failed in a way it should not, {TraceId}")]
    private partial void LogDefect(string method, string traceId, Exception exception);
}
