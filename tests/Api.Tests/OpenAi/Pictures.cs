using Aigc.Inference.Imaging;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>Looks at pictures that a client was given.</summary>
internal static class Pictures
{
    /// <summary>Decodes a file, and holds it to a format and a size.</summary>
    public static Picture Decode(ReadOnlyMemory<byte> file, string format, int width, int height)
    {
        Assert.Equal(format, FormatOf(file.Span));
        var picture = PictureDecoder.Decode(file.Span);
        Assert.Equal((width, height), (picture.Width, picture.Height));
        return picture;
    }

    public static string FormatOf(ReadOnlySpan<byte> file) => file switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "png",
        [0xff, 0xd8, 0xff, ..] => "jpeg",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "webp",
        _ => "none",
    };
}
