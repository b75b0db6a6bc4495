using System.Globalization;
using Aigc.Artifacts;
using Aigc.GpuHost.Requests;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Aigc.GpuHost.Faults;

/// <summary>The one place where faults become gRPC statuses.</summary>
internal static class FaultMapping
{
    private const string Pushback = "grpc-retry-pushback-ms";
    private const int MaxMessageBytes = 1000;

    public static RpcException ToRpcException(this InvalidRequestException fault) => Invalid(fault.Message, fault.Violations);

    public static RpcException ToRpcException(this FaultException fault)
    {
        // Found too deep to know the field: the violation is the whole request's.
        if (fault.Kind == FaultKind.BadRequest)
            return Invalid(fault.Message, [("", fault.Message)]);
        if (fault.RetryAfter is not { } retry)
        {
            var plain = Exception(CodeOf(fault.Kind), fault.Message);
            // Trying again is of no use: the deadline is too short even for an idle host.
            if (fault.Kind == FaultKind.Overloaded)
                plain.Trailers.Add(Pushback, "-1");
            return plain;
        }

        var exception = Exception(CodeOf(fault.Kind), fault.Message, Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(retry) }));
        exception.Trailers.Add(Pushback, ((long)Math.Ceiling(retry.TotalMilliseconds)).ToString(CultureInfo.InvariantCulture));
        return exception;
    }

    private static Code CodeOf(FaultKind kind) => kind switch
    {
        FaultKind.BadRequest => Code.InvalidArgument,
        FaultKind.NotFound => Code.NotFound,
        FaultKind.Overloaded => Code.ResourceExhausted,
        FaultKind.Unavailable => Code.Unavailable,
        FaultKind.DeadlineExceeded => Code.DeadlineExceeded,
        FaultKind.Cancelled => Code.Cancelled,
        FaultKind.DataLoss => Code.DataLoss,
        FaultKind.OutOfSpace => Code.Unavailable,
        FaultKind.BadModel => Code.FailedPrecondition,
        FaultKind.Internal => Code.Internal,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown fault"),
    };

    private static RpcException Invalid(string message, IReadOnlyList<(string Field, string Description)> violations)
    {
        var details = new BadRequest();
        details.FieldViolations.AddRange(violations.Select(
            static violation => new BadRequest.Types.FieldViolation { Field = violation.Field, Description = violation.Description }));
        return Exception(Code.InvalidArgument, message, Any.Pack(details));
    }

    // A status travels in a header, three times as long where it is no ASCII: what is not fit for one line is left to the details.
    private static RpcException Exception(Code code, string message, params Any[] details)
    {
        var status = new Status { Code = (int)code, Message = HeaderText.Fit(message, MaxMessageBytes) };
        status.Details.AddRange(details);
        return status.ToRpcException();
    }
}
