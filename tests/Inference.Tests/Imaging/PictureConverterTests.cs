using Aigc.Inference.Imaging;

namespace Aigc.Inference.Tests.Imaging;

public sealed class PictureConverterTests
{
    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 1)]
    [InlineData(0, 255)]
    public void FromPlanarFloat_OfToPlanarFloat_IsTheSamePicture(float low, float high)
    {
        // Odd sizes, so that rows do not fill vectors.
        var picture = Drawings.Draw(37, 23, (x, y) => (x * 7, y * 11, x * y, 255));
        var planes = new float[3 * 37 * 23];

        PictureConverter.ToPlanarFloat(picture, planes, low, high);

        Assert.All(planes, value => Assert.InRange(value, low, high));
        Assert.True(picture.Rgba.Span.SequenceEqual(PictureConverter.FromPlanarFloat(planes, 37, 23, low, high).Rgba.Span));
    }

    [Fact]
    public void ToPlanarFloat_Picture_PutsChannelsInPlanes()
    {
        var planes = new float[6];

        PictureConverter.ToPlanarFloat(new Picture(2, 1, new byte[] { 0, 255, 51, 9, 255, 0, 102, 9 }), planes, 0, 1);

        Assert.Equal([0, 1, 1, 0, 0.2f, 0.4f], planes);
    }

    [Theory]
    [InlineData(0.5f, 0)]
    [InlineData(1.5f, 2)]
    [InlineData(2.5f, 2)]
    [InlineData(254.5f, 254)]
    [InlineData(254.6f, 255)]
    [InlineData(255.5f, 255)]
    [InlineData(1e30f, 255)]
    [InlineData(float.PositiveInfinity, 255)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(-0.4f, 0)]
    [InlineData(-7f, 0)]
    [InlineData(float.NaN, 0)]
    public void FromPlanarFloat_Value_IsClampedAndRoundedToEven(float value, byte expected)
    {
        // Forty pixels: some in whole vectors, whatever their width, and some in the remainder.
        foreach (var width in new[] { 1, 40, 41, 47 })
        {
            var planes = new float[3 * width];
            Array.Fill(planes, value);

            var rgba = PictureConverter.FromPlanarFloat(planes, width, 1, 0, 255).Rgba.ToArray();

            for (var i = 0; i < rgba.Length; i++) Assert.Equal(i % 4 == 3 ? 255 : expected, rgba[i]);
        }
    }

    [Fact]
    public void FromPlanarFloat_WrongLength_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureConverter.FromPlanarFloat(new float[11], 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => PictureConverter.ToPlanarFloat(Drawings.Glass(), new float[11]));
    }
}
