using System.Text.Json;

namespace Aigc.Artifacts.Tests;

public sealed class ArtifactRefTests
{
    private const string Sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    public static TheoryData<string, string, long, string?> Legal => new()
    {
        { "a", "image/png", 0, null },
        { "pictures/2f/2fab-1.png", "image/webp", 3, "gpu-host-1" },
        { new string('a', ArtifactName.MaxLength), "application/vnd.aigc.latent+fp16", long.MaxValue, "gpu-host-1.svc.local:8081" },
        { "a", "text/x-!#$&^_.+-", 1, "[2001:db8::1]:8081" },
        { "a", "X/Y", 1, "10.0.0.4:8081" },
        { "a", "x/y", 1, "::1" },
    };

    [Theory]
    [MemberData(nameof(Legal))]
    public void Parse_WhatToStringWrote_IsTheSame(string name, string mediaType, long length, string? host)
    {
        var reference = new ArtifactRef(name, mediaType, length, Sha256, host);

        Assert.Equal(reference, ArtifactRef.Parse(reference.ToString()));
    }

    [Theory]
    [MemberData(nameof(Legal))]
    public void Json_RoundTrip_IsTheSame(string name, string mediaType, long length, string? host)
    {
        var reference = new ArtifactRef(name, mediaType, length, Sha256, host);

        Assert.Equal(reference, JsonSerializer.Deserialize<ArtifactRef>(JsonSerializer.Serialize(reference)));
    }

    // Durable messages outlive a release: this text never changes within v1.
    [Fact]
    public void ToString_V1_IsPinned() =>
        Assert.Equal(
            $"artifact:v1:{Sha256}:3:pictures/a.png:image/png:h:1",
            new ArtifactRef("pictures/a.png", "image/png", 3, Sha256, "h:1").ToString());

    [Fact]
    public void Json_IsTheTokenAsAString() =>
        Assert.Equal($"\"artifact:v1:{Sha256}:3:a:image/png\"", JsonSerializer.Serialize(new ArtifactRef("a", "image/png", 3, Sha256)));

    [Fact]
    public void Json_Null_IsNull() => Assert.Null(JsonSerializer.Deserialize<ArtifactRef?>("null"));

    [Fact]
    public void Json_Object_IsBadRequest()
    {
        var fault = Assert.Throws<FaultException>(() => JsonSerializer.Deserialize<ArtifactRef>("{}"));

        Assert.Equal(FaultKind.BadRequest, fault.Kind);
    }

    [Fact]
    public void Parse_UnknownVersion_NamesIt()
    {
        var fault = Assert.Throws<FaultException>(() => ArtifactRef.Parse("artifact:v2:anything"));

        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.Contains("'v2'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("artifact")]
    [InlineData("artifact:v1")]
    [InlineData("artifact:v1:")]
    [InlineData("Artifact:v1:" + Sha256 + ":3:a:image/png")]
    [InlineData("artifact:v1:" + Sha256 + ":3:a")]
    [InlineData("artifact:v1:" + Sha256 + ":-1:a:image/png")]
    [InlineData("artifact:v1:" + Sha256 + ":9223372036854775808:a:image/png")]
    [InlineData("artifact:v1:" + Sha256 + ":3:../a:image/png")]
    [InlineData("artifact:v1:" + Sha256 + ":3:a:image")]
    [InlineData("artifact:v1:" + Sha256 + ":3:a:image/png:")]
    [InlineData("artifact:v1:" + Sha256 + ":3:a:image/png:http://host/")]
    [InlineData("artifact:v1:BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad:3:a:image/png")]
    [InlineData("artifact:v1:ba78:3:a:image/png")]
    [InlineData("https://example.org/a.png")]
    public void Parse_NoReference_IsBadRequest(string token)
    {
        var fault = Assert.Throws<FaultException>(() => ArtifactRef.Parse(token));

        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.False(ArtifactRef.TryParse(token, out _));
    }

    [Fact]
    public void New_ManyFaults_AllAreNamed()
    {
        var fault = Assert.Throws<FaultException>(() => new ArtifactRef("../a", "image/png; q=1", -1, "beef", "a/b"));

        Assert.Equal(FaultKind.BadRequest, fault.Kind);
        Assert.All(
            ["'../a'", "'image/png; q=1'", "-1", "'beef'", "'a/b'"],
            text => Assert.Contains(text, fault.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void At_Host_ChangesTheHostAlone()
    {
        var reference = new ArtifactRef("a", "image/png", 3, Sha256);

        Assert.Equal(new ArtifactRef("a", "image/png", 3, Sha256, "gpu-host-1:8081"), reference.At("gpu-host-1:8081"));
        Assert.Equal(reference, reference.At("gpu-host-1:8081").At(null));
    }
}
