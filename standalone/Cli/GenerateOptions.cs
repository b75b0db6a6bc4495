using Aigc.Pipeline.Requests;

namespace Aigc.Standalone.Cli;

/// <summary>What the command line asks for.</summary>
/// <param name="Job">The job.</param>
/// <param name="OutFolder">Where pictures are written.</param>
/// <param name="ModelFolder">The model.</param>
/// <param name="DataFolder">Where finished artifacts and the job journal are kept.</param>
/// <param name="Json">Whether to print one JSON object instead of text for people.</param>
internal sealed record GenerateOptions(GenerationJob Job, string OutFolder, string ModelFolder, string DataFolder, bool Json);
