using Aigc.Artifacts;
using Aigc.Standalone.Serve;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests.Serve;

public sealed class ServeSettingsTests
{
    private static readonly string _hash = $"sha256:{new string('a', 64)}";

    [Fact]
    public async Task Read_FileOfKeysAndNotes_GivesTheKeys()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("keys"), $"# of the team\n\nanna  {_hash}\nben\t{_hash}\n");

        Assert.Equal(["anna", "ben"], KeyFile.Read(folder.Combine("keys")).Select(key => key.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing")]
    [InlineData("anna")]
    [InlineData("anna a-key-in-the-clear-of-enough-characters")]
    [InlineData("anna sha256:12")]
    public async Task Read_FileWithALineThatIsNoKey_IsRefused(string text)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.Combine("keys"), text);

        Assert.Equal(FaultKind.BadRequest, Assert.Throws<FaultException>(() => KeyFile.Read(folder.Combine("keys"))).Kind);
    }

    [Fact]
    public void Read_NoFile_IsRefused() =>
        Assert.Equal(FaultKind.BadRequest, Assert.Throws<FaultException>(() => KeyFile.Read("/nowhere/keys")).Kind);

    [Theory]
    [InlineData("http://127.0.0.1:7071", true)]
    [InlineData("http://[::1]:0", true)]
    [InlineData("http://localhost:80", true)]
    [InlineData("http://0.0.0.0:7071", false)]
    [InlineData("http://[::]:7071", false)]
    [InlineData("http://*:7071", false)]
    [InlineData("http://+:7071", false)]
    [InlineData("http://10.0.0.1:7071", false)]
    public void Parse_Address_TellsWhetherOnlyThisMachineReachesIt(string text, bool loopback) =>
        Assert.Equal(loopback, ListenAddresses.IsLoopback(Assert.Single(ListenAddresses.Parse(text))));

    [Theory]
    [InlineData("https://127.0.0.1:7071")]
    [InlineData("127.0.0.1:7071")]
    [InlineData("http://example.org:7071")]
    [InlineData("http://127.0.0.1:7071/path")]
    [InlineData("http://user@127.0.0.1:7071")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("")]
    public void Parse_NoAddress_IsRefused(string text) =>
        Assert.Equal(FaultKind.BadRequest, Assert.Throws<FaultException>(() => ListenAddresses.Parse(text)).Kind);
}
