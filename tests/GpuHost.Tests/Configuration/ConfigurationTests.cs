using System.Net;
using System.Net.Sockets;
using Aigc.TestKit;

namespace Aigc.GpuHost.Tests.Configuration;

/// <summary>A host with a faulty configuration does not start, and says everything that is wrong with it.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public async Task Start_ManyFaults_AllAreNamedAtOnce()
    {
        var (code, output) = await HostProcess.RefusedAsync(
            "--Batching:MaxRows", "1", "--Batching:MaxRowz", "8", "--Admission:MaxQueuedSeconds", "soon", "--Store:Folder", "a", "--Store:ContainerUri",
            "https://a.blob.core.windows.net/b", "--Bogus:Setting", "1", "--Execution:Provider", "abacus", "--Execution:Threads", "many", "-Listen:GrpcPort", "5002");

        Assert.Equal(2, code);
        foreach (var named in new[] { "MaxRows", "MaxRowz", "MaxQueuedSeconds", "exclude each other", "--Bogus", "'abacus' is not one of Auto, Cpu", "'many'", "-Listen:GrpcPort" })
            Assert.Contains(named, output, StringComparison.Ordinal);
        AssertOneLine(output);
    }

    [Theory]
    [InlineData("does not exist", "--Models:Root", "/nowhere/models")]
    [InlineData("holds no model 'other'", "--Models:Default", "other")]
    [InlineData("'-Listen:GrpcPort=5001' is not defined", "-Listen:GrpcPort=5001")]
    [InlineData("is no IP address", "--Listen:Address", "somewhere")]
    [InlineData("this build has no provider 'cuda'", "--Execution:Provider", "cuda")]
    [InlineData("Store:ConnectionString is not one", "--Store:ConnectionString", "nonsense")]
    [InlineData("Cache:Redis: it is not read", "--Cache:Redis", "name,password=secret,no=such")]
    public async Task Start_SomethingIsNotThere_SaysWhatAndNoMore(string expected, params string[] settings)
    {
        var (code, output) = await HostProcess.RefusedAsync(settings);

        Assert.NotEqual(0, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        AssertOneLine(output);
    }

    [Fact]
    public async Task Start_PortIsTaken_SaysSo()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (code, output) = await HostProcess.RefusedAsync("--Listen:GrpcPort", port.ToString(provider: null), "--Listen:ProbePort", "0");

        Assert.Equal(1, code);
        Assert.Contains("other ports", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AddressIsNotOneOfTheMachine_SaysSo()
    {
        // Kept for documentation: no machine has it.
        var (code, output) = await HostProcess.RefusedAsync("--Listen:Address", "203.0.113.1", "--Listen:GrpcPort", "0");

        Assert.Equal(1, code);
        Assert.Contains("choose another address", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private static void AssertOneLine(string output)
    {
        Assert.StartsWith("error: ", output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
    }
}
