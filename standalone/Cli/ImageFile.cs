using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Standalone.Cli;

/// <summary>An input picture that the command line names.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Bytes">The file.</param>
internal sealed record ImageFile(string Name, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Reads a file, unless it is too long or no picture that a model could start from.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is, or it cannot be read.</exception>
    public static ImageFile Read(FileInfo file)
    {
        var name = $"image '{file}'";
        try
        {
            InputPicture.CheckLength(file.Length, name);
            var bytes = File.ReadAllBytes(file.FullName);
            InputPicture.Check(bytes, name);
            return new ImageFile(name, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(FaultKind.BadRequest, $"{name} cannot be read: {e.Message}", e);
        }
    }
}
