namespace Aigc.Artifacts.Tests;

public sealed class ArtifactNameTests
{
    public static TheoryData<string> Illegal => [.. IllegalNames.All];

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("a.png")]
    [InlineData("a..b")]
    [InlineData("a_-")]
    [InlineData("pictures/2f/2fab-1.png")]
    [InlineData("a.reference")]
    public void Check_LegalName_Passes(string name) => ArtifactName.Check(name);

    [Theory]
    [MemberData(nameof(Illegal))]
    public void Check_IllegalName_IsBadRequest(string name)
    {
        var fault = Assert.Throws<FaultException>(() => ArtifactName.Check(name));

        Assert.Equal(FaultKind.BadRequest, fault.Kind);
    }

    [Fact]
    public void Check_NameOfTheGreatestLength_Passes() => ArtifactName.Check(new string('a', ArtifactName.MaxLength));

    [Fact]
    public void Check_IllegalName_IsNamedOnOneLine()
    {
        var fault = Assert.Throws<FaultException>(() => ArtifactName.Check("../etc\n/passwd"));

        Assert.Contains("'../etc?/passwd'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/")]
    [InlineData("a.")]
    [InlineData("a.ref")]
    public void CheckPrefix_StartOfALegalName_Passes(string prefix) => ArtifactName.CheckPrefix(prefix);

    [Theory]
    [InlineData("../")]
    [InlineData("/")]
    [InlineData("a//")]
    [InlineData("A")]
    [InlineData("a.ref/")]
    public void CheckPrefix_StartOfNone_IsBadRequest(string prefix)
    {
        var fault = Assert.Throws<FaultException>(() => ArtifactName.CheckPrefix(prefix));

        Assert.Equal(FaultKind.BadRequest, fault.Kind);
    }
}
