using Aigc.Inference.Imaging;
using Aigc.Standalone.Local;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>A server with the model that ships, for all tests of a class.</summary>
public sealed class ModelServer : IAsyncLifetime, IDisposable
{
    public const string Model = "tiny-shapes";

    private readonly TempFolder _folder = new();

    internal ApiServer Server { get; private set; } = null!;

    public Uri Address => Server.Address;

    /// <summary>The bytes of a file that pictures may start from: a red square on white.</summary>
    public byte[] Image { get; } = PictureEncoder.Encode(RedSquare(), PictureFormat.Png, 100).ToArray();

    /// <summary>The file.</summary>
    public string ImagePath => _folder.Combine("square.png");

    public async Task InitializeAsync()
    {
        await File.WriteAllBytesAsync(ImagePath, Image);
        Server = await ApiServer.StartAsync(
            store => new LocalStages(LocalModel.Open(RepositoryRoot.Combine("models", Model)), store, TimeProvider.System));
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    private static Picture RedSquare()
    {
        var rgba = new byte[64 * 64 * Picture.BytesPerPixel];
        for (var i = 0; i < rgba.Length; i += Picture.BytesPerPixel)
        {
            var (x, y) = (i / Picture.BytesPerPixel % 64, i / Picture.BytesPerPixel / 64);
            var red = x is > 16 and < 48 && y is > 16 and < 48;
            byte other = red ? (byte)0 : byte.MaxValue;
            (rgba[i], rgba[i + 1], rgba[i + 2], rgba[i + 3]) = (byte.MaxValue, other, other, byte.MaxValue);
        }

        return new Picture(64, 64, rgba);
    }
}
