namespace Aigc.Artifacts.Tests;

public sealed class FileFaultsTests
{
    [Theory]
    [InlineData(28, FaultKind.OutOfSpace)]
    [InlineData(122, FaultKind.OutOfSpace)]
    [InlineData(unchecked((int)0x80070070), FaultKind.OutOfSpace)]
    [InlineData(30, FaultKind.Unavailable)]
    [InlineData(unchecked((int)0x80070013), FaultKind.Unavailable)]
    [InlineData(5, FaultKind.Unavailable)]
    public void From_IOException_GoesByItsCode(int code, FaultKind kind)
    {
        var fault = FileFaults.From(new IOException("", code), "/store", "/store/a");

        Assert.Equal(kind, fault?.Kind);
        Assert.Contains("'/store'", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_UnauthorizedAccess_NamesThePathAndTheMend()
    {
        var fault = FileFaults.From(new UnauthorizedAccessException(), "/store", "/store/a");

        Assert.Equal(FaultKind.Unavailable, fault?.Kind);
        Assert.Contains("'/store/a'", fault!.Message, StringComparison.Ordinal);
        Assert.Contains("let this account read and write the artifact folder '/store'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void From_AnyOtherException_IsNull()
    {
        Assert.Null(FileFaults.From(new OperationCanceledException(), "/store", "/store/a"));
        Assert.Null(FileFaults.From(new FaultException(FaultKind.DataLoss, ""), "/store", "/store/a"));
    }
}
