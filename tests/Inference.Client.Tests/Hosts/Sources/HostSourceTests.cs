using System.Net;
using System.Net.Sockets;
using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.TestKit;

namespace Aigc.Inference.Client.Tests.Hosts.Sources;

public sealed class HostSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string HostsFile => Path.Combine(_folder.Path, "hosts.txt");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://a:1,http://b:2/", "http://a:1,http://b:2")]
    [InlineData("dns:///gpu-hosts:5001", "dns:///gpu-hosts:5001")]
    [InlineData(" DNS:///GPU.example.org:80", "dns:///gpu.example.org:80")]
    [InlineData("file:hosts.txt", "file:hosts.txt")]
    [InlineData("file:/etc/hosts.txt", "file:/etc/hosts.txt")]
    [InlineData("file:///etc/hosts.txt", "file:/etc/hosts.txt")]
    public void Parse_Source_IsReadAndSaysItself(string text, string said) => Assert.Equal(said, HostSource.Parse(text).ToString());

    [Theory]
    [InlineData("dns:///gpu", "write it as dns:///name:port")]
    [InlineData("dns://8.8.8.8/gpu:1", "write it as dns:///name:port")]
    [InlineData("dns:gpu:1", "write it as dns:///name:port")]
    [InlineData("dns:///gpu:0x1", "write it as dns:///name:port")]
    [InlineData("dns:///gpu:99999", "write it as dns:///name:port")]
    [InlineData("dns:///gpu:1/path", "write it as dns:///name:port")]
    [InlineData("dns:///user@gpu:1", "write it as dns:///name:port")]
    [InlineData("dns:///127.0.0.1:1", "write it as dns:///name:port")]
    [InlineData("dns:///:1", "write it as dns:///name:port")]
    [InlineData("dns:", "write it as dns:///name:port")]
    [InlineData("file:", "write it as file:PATH")]
    [InlineData("file:///", "write it as file:PATH")]
    [InlineData("file:a\0b", "write it as file:PATH")]
    [InlineData("consul:gpu", "is not an address")]
    [InlineData("", "a host is empty")]
    public void Parse_NoSource_IsNamedWithItsMend(string text, string mend)
    {
        var fault = Assert.Throws<FaultException>(() => HostSource.Parse(text));
        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Contains(mend, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dns_Addresses_AreThoseOfOneFamilyInOrderAndEachOnce()
    {
        Assert.Equal(
            [new Uri("http://10.0.0.1:5001"), new Uri("http://10.0.0.2:5001")],
            await ListAsync("10.0.0.2", "::1", "10.0.0.1", "10.0.0.2"));
        Assert.Equal([new Uri("http://[::1]:5001")], await ListAsync("::1"));
    }

    [Fact]
    public async Task Dns_NoAnswer_SaysWhy()
    {
        Assert.Equal("dns:///gpu:5001 has no address", (await Assert.ThrowsAsync<FaultException>(() => ListAsync())).Message);
        var unknown = new DnsHosts("gpu", 5001) { Resolve = (_, _) => throw new SocketException((int)SocketError.HostNotFound) };
        var fault = await Assert.ThrowsAsync<FaultException>(() => unknown.ListAsync(CancellationToken.None).AsTask());
        Assert.Equal("dns:///gpu:5001 cannot be looked up (HostNotFound): see that the name is right", fault.Message);
    }

    [Fact]
    public async Task File_LinesOfAddresses_AreReadEachOnceAndCommentsArePassedOver()
    {
        await File.WriteAllTextAsync(HostsFile, "\uFEFF# ours\r\nhttp://a:1\r\n\r\n  https://b:2 # the new one\nhttp://a:1");
        Assert.Equal([new Uri("http://a:1"), new Uri("https://b:2")], await new FileHosts(HostsFile).ListAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("http://a:1\nb:2\n\nftp://c", "line 2: host 'b:2' is not an address: write it as http://name:port; line 4: host 'ftp:")]
    [InlineData("# nothing yet\n", "names no host")]
    [InlineData("", "names no host")]
    public async Task File_LinesAtFault_AreAllNamed(string text, string said)
    {
        await File.WriteAllTextAsync(HostsFile, text);
        Assert.Contains(said, (await FileFaultAsync(HostsFile)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_ThatIsNoList_IsRefusedAndNotReadToItsEnd()
    {
        Assert.Contains("cannot be read", (await FileFaultAsync(HostsFile)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", (await FileFaultAsync(_folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("is longer than 1048576 bytes", (await FileFaultAsync("/dev/zero")).Message, StringComparison.Ordinal);
    }

    private static Task<FaultException> FileFaultAsync(string path) =>
        Assert.ThrowsAsync<FaultException>(() => new FileHosts(path).ListAsync(CancellationToken.None).AsTask());

    private static async Task<IReadOnlyList<Uri>> ListAsync(params string[] addresses) =>
        await new DnsHosts("gpu", 5001) { Resolve = (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse)) }
            .ListAsync(CancellationToken.None);
}
