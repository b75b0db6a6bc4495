namespace Aigc.Pipeline.Plans;

/// <summary>A job's pictures of one size.</summary>
/// <param name="Width">Before enhancement, in pixels.</param>
/// <param name="Height">Before enhancement, in pixels.</param>
/// <param name="Pictures">How many.</param>
/// <param name="Enhanced">Of them, those to be super-resolved.</param>
/// <param name="Steps">Denoising steps of the picture that takes most.</param>
/// <param name="RowsEach">Rows of a batch that a picture takes.</param>
/// <param name="Images">Input pictures.</param>
internal sealed record SizeShape(int Width, int Height, int Pictures, int Enhanced, int Steps, int RowsEach, int Images);
