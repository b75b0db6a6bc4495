using System.Text.Json.Serialization;

namespace Aigc.Functions.Messages;

/// <summary>What an orchestrator has to know of a request; the rest lies in the job's manifest.</summary>
/// <param name="Prompt">The prompt's number among the manifest's texts.</param>
/// <param name="Negative">The negative prompt's, likewise.</param>
/// <param name="Count">How many pictures.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Steps">Denoising steps.</param>
/// <param name="Guided">Whether the negative prompt is read.</param>
/// <param name="Enhance">Whether its pictures are enhanced.</param>
/// <param name="Image">The input picture's number among the manifest's; null for none.</param>
public sealed record SlimRequest(
    [property: JsonPropertyName("p")] int Prompt,
    [property: JsonPropertyName("n")] int Negative,
    [property: JsonPropertyName("c")] int Count,
    [property: JsonPropertyName("w")] int Width,
    [property: JsonPropertyName("h")] int Height,
    [property: JsonPropertyName("s")] int Steps,
    [property: JsonPropertyName("g")] bool Guided,
    [property: JsonPropertyName("e")] bool Enhance,
    [property: JsonPropertyName("i"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Image);
