using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;

namespace Aigc.Pipeline.Tests.Requests;

public sealed class InputPictureTests : IDisposable
{
    private static readonly byte[] _png = [0x89, .. "PNG\r\n\x1a\n...."u8];

    private readonly TempFolder _folder = new();

    public static TheoryData<byte[], string, string> Known => new()
    {
        { _png, "image/png", ".png" },
        { [0xff, 0xd8, 0xff, 0xe0, 1, 2], "image/jpeg", ".jpg" },
        { [.. "RIFF\x01\x02\x03\x04WEBPVP8 "u8], "image/webp", ".webp" },
    };

    public static TheoryData<byte[]> Unknown =>
    [
        [], [0x89], [.. "GIF89a........"u8], [.. "RIFF\x01\x02\x03\x04WAVE...."u8], [.. "RIFF\x01\x02\x03\x04WEB"u8], [.. "<svg xmlns='...'/>"u8], _png[1..],
    ];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Known))]
    public async Task StoreAsync_KnownType_IsNamedByItsBytesAndStoredOnce(byte[] bytes, string mediaType, string extension)
    {
        var store = new FileArtifactStore(_folder.Path);
        var stored = await InputPicture.StoreAsync(store, bytes, "image", CancellationToken.None);
        var again = await InputPicture.StoreAsync(store, bytes.ToArray(), "image", CancellationToken.None);
        Assert.Equal(($"uploads/{stored.Sha256}{extension}", mediaType), (stored.Name, stored.MediaType));
        Assert.Equal(stored, again);
        Assert.Equal(bytes, (await store.ReadAsync(stored)).ToArray());
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task StoreAsync_OtherType_IsRefusedAndNothingIsStored(byte[] bytes)
    {
        var fault = await Assert.ThrowsAsync<FaultException>(
            () => InputPicture.StoreAsync(new FileArtifactStore(_folder.Path), bytes, "image 'a.png'", CancellationToken.None));
        Assert.Equal(
            (FaultKind.BadRequest, "image 'a.png' is neither PNG, JPEG nor WebP: convert it to one of them"), (fault.Kind, fault.Message));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void CheckLength_TooLong_IsRefusedByLengthAlone()
    {
        InputPicture.CheckLength(InputPicture.MaxBytes, "image");
        var fault = Assert.Throws<FaultException>(() => InputPicture.CheckLength(InputPicture.MaxBytes + 1L, "image 'a.png'"));
        Assert.Equal(
            (FaultKind.BadRequest, "image 'a.png' has 67108865 bytes, above the 67108864 that are taken: make it smaller"), (fault.Kind, fault.Message));
    }
}
