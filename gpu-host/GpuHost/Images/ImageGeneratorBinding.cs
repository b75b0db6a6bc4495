using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Requests;
using Grpc.Core;

namespace Aigc.GpuHost.Images;

/// <summary>How gRPC finds the methods of <see cref="ImageGeneratorService"/>, and reflection its descriptor: both by these names.</summary>
internal static class ImageGeneratorBinding
{
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => ImageGenerator.Descriptor;

    public static void BindService(ServiceBinderBase binder, ImageGenerator.ImageGeneratorBase service) =>
        ImageGenerator.BindService(new CheckedBinder(binder), service);
}
