namespace Aigc.Inference.Imaging;
/// <summary>tmp</summary>
public static class PictureResizer
{
    /// <summary>tmp</summary>
    public static Picture Cover(Picture picture, int width, int height) => picture;
}
