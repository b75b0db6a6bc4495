using System.Net;
using Grpc.Core;
using Grpc.Health.V1;

namespace Aigc.GpuHost.Tests.Probes;

public sealed class ProbeTests
{
    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task Get_OnTheProbePort_IsAnsweredThereAlone(string path)
    {
        await using var host = await TestHost.StartAsync();
        await ReadyAsync(host);
        using var http = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(host.Probes, path))).StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://{host.Channel.Target}{path}"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        Assert.Equal(HttpStatusCode.NotFound, (await http.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Check_ReadyThenDraining_IsServingThenNot()
    {
        await using var host = await TestHost.StartAsync();
        await ReadyAsync(host);
        var health = new Health.HealthClient(host.Channel);
        using var http = new HttpClient();
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);

        host.Jobs.Drain();

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new HealthCheckRequest())).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri(host.Probes, "/readyz"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(host.Probes, "/healthz"))).StatusCode);
        var fault = await Calls.FaultOf(() => host.RunAsync(Calls.Run(Calls.Picture(1))));
        Assert.Equal(StatusCode.Unavailable, fault.StatusCode);
    }

    // The health of the whole is told to whoever watches, so that nobody has to ask again and again.
    private static async Task ReadyAsync(TestHost host)
    {
        using var watch = new Health.HealthClient(host.Channel).Watch(new HealthCheckRequest());
        while (await watch.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (watch.ResponseStream.Current.Status == HealthCheckResponse.Types.ServingStatus.Serving)
                return;
        }
    }
}
