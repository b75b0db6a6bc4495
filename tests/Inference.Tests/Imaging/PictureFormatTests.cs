using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;

namespace Aigc.Inference.Tests.Imaging;

public sealed class PictureFormatTests
{
    [Fact]
    public void Parse_KnownName_GivesTheFormat()
    {
        Assert.All(PictureFormat.All, format => Assert.Same(format, PictureFormat.Parse(format.Name)));
        Assert.Equal(("image/jpeg", ".jpg"), (PictureFormat.Jpeg.MediaType, PictureFormat.Jpeg.Extension));
    }

    [Fact]
    public void Parse_UnknownName_ListsTheKnown()
    {
        var fault = Assert.Throws<InferenceException>(() => PictureFormat.Parse("gif"));

        Assert.Equal(InferenceFault.BadRequest, fault.Kind);
        Assert.Equal("picture format 'gif' is unknown; known: png, jpeg, webp", fault.Message);
    }
}
