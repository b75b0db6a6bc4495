using Grpc.Reflection.V1Alpha;

namespace Aigc.GpuHost.Tests.Fuzz;

/// <summary>Services whose messages are checked are bound by the host's own hand, which must not hide them from reflection.</summary>
[Collection(FuzzCollection.Name)]
public sealed class ReflectionTests(FuzzHost host)
{
    [Fact]
    public async Task ListServices_CheckedServices_AreListed()
    {
        using var call = new ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(static service => service.Name).ToArray();
        Assert.Contains("aigc.inference.v1.Inference", names);
        Assert.Contains("aigc.inference.v1.ImageGenerator", names);
    }
}
