using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace Aigc.GpuHost.Faults;

/// <summary>
/// Tells callers whose request ended before a whole message had come, or had more than one, that the fault is theirs: gRPC says INTERNAL or
/// UNKNOWN there, which means a defect of the host.
/// </summary>
internal static class FrameFaults
{
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";

    private static readonly object _read = new();
    private static readonly string _internal = ((int)StatusCode.Internal).ToString(CultureInfo.InvariantCulture);
    private static readonly string _unknown = ((int)StatusCode.Unknown).ToString(CultureInfo.InvariantCulture);
    private static readonly string _invalid = ((int)StatusCode.InvalidArgument).ToString(CultureInfo.InvariantCulture);

    /// <summary>Notes that a call's message was read: whatever goes wrong from there on is not the frame's fault.</summary>
    public static void MessageRead(HttpContext context) => context.Items[_read] = true;

    public static IApplicationBuilder UseFrameFaults(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        await next(context).ConfigureAwait(false);
        if (context.Response.HasStarted || context.Items.ContainsKey(_read) || !TakesOneMessage(context.GetEndpoint()))
            return;
        // A call that ends before its answer begins has its status among the headers.
        var headers = context.Response.Headers;
        var status = headers[StatusHeader].ToString();
        // Other than 200 is an answer to what was no gRPC call at all, and HTTP's own status tells it.
        if (context.Response.StatusCode != StatusCodes.Status200OK || (status != _internal && status != _unknown))
            return;
        headers[StatusHeader] = _invalid;
        headers[MessageHeader] = "the request is not one gRPC message: its frame is damaged, cut short or followed by more";
    });

    private static bool TakesOneMessage(Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is MethodType.Unary or MethodType.ServerStreaming;
}
