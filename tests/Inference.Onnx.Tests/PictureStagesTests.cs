using Aigc.Inference.Imaging;
using Aigc.Inference.Models;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>The shipped model's encoder, decoder and enhancer.</summary>
public sealed class PictureStagesTests(ShippedModel shipped) : IClassFixture<ShippedModel>
{
    [Fact]
    public void Decode_OfEncode_ComesBackNear()
    {
        var picture = Drawing(0);
        var latent = shipped.Model.Encode(picture, default);
        Assert.Equal(4 * 16 * 16, latent.Length);
        var back = shipped.Model.Decode(latent, new LatentShape(4, 16, 16), default);
        // Measured: 27.8 dB. Edges cost most of it: the model was trained on drawings with soft ones.
        Assert.InRange(Psnr(picture, back), 27, 60);
    }

    [Fact]
    public async Task Encode_ManyAtOnce_EachIsThatOfThePictureAlone()
    {
        // Two sizes, so that buffers change hands between shapes too.
        Picture[] pictures = [.. Enumerable.Range(0, 12).Select(i => Drawing(i, i % 2 == 0 ? 128 : 72))];
        var alone = pictures.Select(picture => shipped.Model.Encode(picture, default)).ToArray();
        for (var round = 0; round < 4; round++)
        {
            var together = await Task.WhenAll(pictures.Select(picture => Task.Run(() => shipped.Model.Encode(picture, default))));
            for (var i = 0; i < pictures.Length; i++)
                Assert.Equal(alone[i], together[i]);
        }
    }

    [Fact]
    public void Encode_Cancelled_SaysSoAndTheNextIsSound()
    {
        var before = shipped.Model.Encode(Drawing(1), default);
        Assert.ThrowsAny<OperationCanceledException>(() => shipped.Model.Encode(Drawing(2), new CancellationToken(canceled: true)));
        Assert.Equal(before, shipped.Model.Encode(Drawing(1), default));
    }

    // A disc and a square of the model's own world.
    private static Picture Drawing(int seed, int width = 128)
    {
        const int Height = 128;
        var rgba = new byte[width * Height * Picture.BytesPerPixel];
        for (var i = 0; i < width * Height; i++)
        {
            var (x, y) = (i % width, i / width);
            byte[] pixel = (x - 40) * (x - 40) + (y - 44 - seed) * (y - 44 - seed) < 24 * 24 ? [220, 40, 40, 255]
                : x is > 44 and < 70 && y is > 84 and < 116 ? [40, 80, 220, 255]
                : [250, 250, 250, 255];
            pixel.CopyTo(rgba, i * Picture.BytesPerPixel);
        }

        return new Picture(width, Height, rgba);
    }

    // Peak signal-to-noise ratio over the colours, in dB.
    private static double Psnr(Picture one, Picture other)
    {
        var square = 0.0;
        for (var i = 0; i < one.Rgba.Length; i++)
            square += Math.Pow(one.Rgba.Span[i] - other.Rgba.Span[i], 2);
        return 10 * Math.Log10(255 * 255 / (square / (one.Rgba.Length * 3.0 / 4)));
    }
}
