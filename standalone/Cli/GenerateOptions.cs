using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Pipeline.Requests;

namespace Aigc.Standalone.Cli;

/// <summary>What the command line asks for.</summary>
/// <param name="Job">The job.</param>
/// <param name="OutFolder">Where pictures are written.</param>
/// <param name="Image">The input picture of every request; null where pictures start from noise.</param>
/// <param name="Hosts">The hosts that the job runs on; null where it runs in this process.</param>
/// <param name="Model">A model folder or, on hosts, a model's name; null for the default one.</param>
/// <param name="DataFolder">Where finished artifacts and the job journal are kept.</param>
/// <param name="Json">Whether to print one JSON object instead of text for people.</param>
internal sealed record GenerateOptions(
    GenerationJob Job, string OutFolder, ImageFile? Image, HostSource? Hosts, string? Model, string DataFolder, bool Json);
