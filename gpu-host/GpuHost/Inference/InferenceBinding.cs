using Aigc.GpuHost.Requests;
using Grpc.Core;
using Service = Aigc.Contracts.Inference.V1.Inference;

namespace Aigc.GpuHost.Inference;

/// <summary>How gRPC finds the methods of <see cref="InferenceService"/>, and reflection its descriptor: both by these names.</summary>
internal static class InferenceBinding
{
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => Service.Descriptor;

    public static void BindService(ServiceBinderBase binder, Service.InferenceBase service) =>
        Service.BindService(new CheckedBinder(binder), service);
}
