using Aigc.Pipeline.Stages;

namespace Aigc.Standalone.Cli;

/// <summary>A finished picture and the file it was written to.</summary>
/// <param name="Result">The picture.</param>
/// <param name="Path">The file.</param>
internal sealed record ExportedPicture(PictureResult Result, string Path);
