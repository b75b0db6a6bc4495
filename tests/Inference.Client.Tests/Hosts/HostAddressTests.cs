using Aigc.Artifacts;
using Aigc.Inference.Client.Hosts;

namespace Aigc.Inference.Client.Tests.Hosts;

public sealed class HostAddressTests
{
    [Fact]
    public void ParseList_Addresses_AreReadInOrderAndEachOnce() => Assert.Equal(
        [new Uri("http://127.0.0.1:5001"), new Uri("https://gpu.example.org"), new Uri("http://[::1]:5002")],
        HostAddress.ParseList("http://127.0.0.1:5001, https://gpu.example.org/,http://[::1]:5002,http://127.0.0.1:5001/"));

    [Theory]
    [InlineData("localhost:5001")]
    [InlineData("127.0.0.1:5001")]
    [InlineData("ftp://a:1")]
    [InlineData("http://")]
    [InlineData("http://a:99999")]
    [InlineData("http://a:1/path")]
    [InlineData("http://a:1/?q=1")]
    [InlineData("http://user:secret@a:1")]
    [InlineData("nonsense")]
    public void ParseList_NoAddress_IsNamedWithItsMend(string text)
    {
        var fault = Assert.Throws<FaultException>(() => HostAddress.ParseList(text));
        Assert.Equal((FaultKind.BadRequest, $"host '{text}' is not an address: write it as http://name:port"), (fault.Kind, fault.Message));
    }

    [Fact]
    public void ParseList_SeveralFaults_AreAllReported() => Assert.Equal(
        "host 'a' is not an address: write it as http://name:port; a host is empty: write the hosts as http://name:port, parted by commas",
        Assert.Throws<FaultException>(() => HostAddress.ParseList("a,http://b:1,")).Message);
}
