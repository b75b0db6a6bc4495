using Aigc.Artifacts;
using Aigc.Pipeline.Enhancing;

namespace Aigc.Pipeline.Tests.Enhancing;

public sealed class EnhanceWorkTests
{
    // The longest that a reference can be.
    private static readonly ArtifactRef _base = new(
        new string('b', 200), $"image/{new string('p', 120)}", long.MaxValue, new string('f', 64), new string('h', 255));

    [Fact]
    public void Parse_WhatToTextGave_IsTheSame()
    {
        var work = new EnhanceWork("job", [3, 4], [_base, _base])
        {
            ReplyTo = "job:1",
            Try = 2,
            Manifest = _base,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        };

        var read = EnhanceWork.Parse(work.ToText());

        Assert.Equal(work.ToText(), read.ToText());
        Assert.Equal((3, "job:1", 2, 1), (read.Call, read.ReplyTo, read.Try, read.Version));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"jobId":"j","pictures":[0],"bases":[]}""")]
    [InlineData("""{"jobId":"j","pictures":[],"bases":[]}""")]
    [InlineData("""{"jobId":"j","pictures":[0],"bases":[null]}""")]
    [InlineData("""{"jobId":"j","pictures":[0],"bases":["http://elsewhere/a.png"]}""")]
    [InlineData("""{"jobId":"j","pictures":[0],"bases":[7]}""")]
    [InlineData("""{"jobId":"","pictures":[0],"bases":["artifact:v1:BASE"]}""")]
    [InlineData("""{"version":2,"jobId":"j","pictures":[0],"bases":["artifact:v1:BASE"]}""")]
    public void Parse_Garbage_IsRefusedAsBadRequest(string text)
    {
        var written = text.Replace("artifact:v1:BASE", _base.ToString(), StringComparison.Ordinal);

        Assert.Equal(FaultKind.BadRequest, Assert.Throws<FaultException>(() => EnhanceWork.Parse(written)).Kind);
    }

    [Fact]
    public void ToText_LongestReferencesOfTheLargestGroup_FitsAnAzureQueueAsBase64()
    {
        var work = new EnhanceWork("job", [.. Enumerable.Range(0, 64)], [.. Enumerable.Repeat(_base, 64)]) { Manifest = _base };

        Assert.InRange((work.ToText().Length + 2) / 3 * 4, 1, 64 << 10);
    }

    [Fact]
    public void ToText_MorePicturesThanAMessageHolds_Throws()
    {
        var work = new EnhanceWork("job", [.. Enumerable.Range(0, 200)], [.. Enumerable.Repeat(_base, 200)]);

        Assert.Equal(FaultKind.Internal, Assert.Throws<FaultException>(work.ToText).Kind);
    }
}
