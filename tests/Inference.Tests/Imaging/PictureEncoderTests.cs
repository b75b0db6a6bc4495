using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;

namespace Aigc.Inference.Tests.Imaging;

public sealed class PictureEncoderTests
{
    private const string Parameters = "a red circle\nSteps: 20, Sampler: DDIM";

    public static TheoryData<string> Formats => [.. PictureFormat.All.Select(format => format.Name)];

    [Theory]
    [InlineData("png", 90)]
    [InlineData("webp", 100)]
    public void Encode_Lossless_DecodesToTheSamePixels(string format, int quality)
    {
        foreach (var picture in new[] { Drawings.Shapes(), Drawings.Glass() })
        {
            foreach (var parameters in new[] { null, Parameters })
            {
                var decoded = PictureDecoder.Decode(PictureEncoder.Encode(picture, PictureFormat.Parse(format), quality, parameters));

                Assert.Equal((picture.Width, picture.Height), (decoded.Width, decoded.Height));
                Assert.True(picture.Rgba.Span.SequenceEqual(decoded.Rgba.Span));
            }
        }
    }

    [Theory]
    [InlineData("jpeg", 90, 3)]
    [InlineData("webp", 90, 3)]
    [InlineData("jpeg", 20, 8)]
    public void Encode_Lossy_DecodesToNearlyTheSamePixels(string format, int quality, double most)
    {
        var picture = Drawings.Shapes();

        var decoded = PictureDecoder.Decode(PictureEncoder.Encode(picture, PictureFormat.Parse(format), quality, Parameters));

        Assert.Equal((picture.Width, picture.Height), (decoded.Width, decoded.Height));
        var difference = picture.Rgba.ToArray().Zip(decoded.Rgba.ToArray(), (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(difference, 0, most);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public void Encode_LowerQuality_IsSmaller(string format)
    {
        var sizes = new[] { 99, 80, 40, 1 }
            .Select(quality => PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Parse(format), quality).Length);

        Assert.Equal(sizes.OrderDescending(), sizes);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Encode_Again_GivesTheSameBytes(string format)
    {
        var first = PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Parse(format), 80, Parameters);

        Parallel.For(0, 8, _ => Assert.Equal(first, PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Parse(format), 80, Parameters)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Encode_QualityOutOfRange_IsABadRequest(int quality)
    {
        var fault = Assert.Throws<InferenceException>(() => PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Jpeg, quality));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
    }

    [Fact]
    public void Encode_LargerThanTheFormat_IsABadRequest()
    {
        var wide = Drawings.Draw(16_384, 1, (_, _) => (1, 2, 3, 255));

        var fault = Assert.Throws<InferenceException>(() => PictureEncoder.Encode(wide, PictureFormat.Webp));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Contains("16384x1 does not fit into webp", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a caf\u00e9\nSteps: 1", "tEXt", "parameters\0a caf\u00e9\nSteps: 1")]
    [InlineData("nul\0here", "tEXt", "parameters\0nul here")]
    [InlineData("\u4f60\u597d \U0001F600", "iTXt", "parameters\0\0\0\0\0\u4f60\u597d \U0001F600")]
    public void Encode_PngWithParameters_HoldsThemInAChunk(string parameters, string type, string expected)
    {
        var chunks = PngChunks(PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Png, parameters: parameters));

        Assert.Equal("IHDR", chunks[0].Type);
        Assert.Equal(type, chunks[1].Type);
        Assert.Equal(expected, (type == "tEXt" ? Encoding.Latin1 : Encoding.UTF8).GetString(chunks[1].Data));
        Assert.Equal("IEND", chunks[^1].Type);
    }

    [Fact]
    public void Encode_OpaquePng_HasNoAlphaChannel()
    {
        const int ColourTypeAt = 9;
        const byte Colour = 2;
        const byte ColourAndAlpha = 6;

        Assert.Equal(Colour, PngChunks(PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Png))[0].Data[ColourTypeAt]);
        Assert.Equal(ColourAndAlpha, PngChunks(PictureEncoder.Encode(Drawings.Glass(), PictureFormat.Png))[0].Data[ColourTypeAt]);
    }

    [Theory]
    [InlineData("jpeg", 90)]
    [InlineData("webp", 90)]
    [InlineData("webp", 100)]
    public void Encode_WithParameters_HoldsThemInExif(string format, int quality)
    {
        foreach (var picture in new[] { Drawings.Shapes(), Drawings.Glass() })
        {
            var file = PictureEncoder.Encode(picture, PictureFormat.Parse(format), quality, "\u4f60\u597d odd");

            byte[] comment = [.. "UNICODE\0"u8, .. Encoding.BigEndianUnicode.GetBytes("\u4f60\u597d odd")];
            Assert.InRange(file.AsSpan().IndexOf(comment), 1, file.Length);
            if (format == "webp") Assert.Equal(file.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4)));
        }
    }

    [Fact]
    public void Encode_ParametersTooLongForExif_AreLeftOut()
    {
        var longest = new string('x', 32_000);
        var plain = PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Jpeg);

        var kept = PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Jpeg, parameters: longest);

        Assert.InRange(kept.Length, plain.Length + 64_000, plain.Length + 65_000);
        Assert.Equal(128, PictureDecoder.Decode(kept).Width);
        Assert.Equal(plain, PictureEncoder.Encode(Drawings.Shapes(), PictureFormat.Jpeg, parameters: longest + "x"));
    }

    private static List<(string Type, byte[] Data)> PngChunks(byte[] png)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc32.HashToUInt32(body), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add((Encoding.ASCII.GetString(body[..4]), body[4..].ToArray()));
            at += length + 12;
        }

        return chunks;
    }
}
