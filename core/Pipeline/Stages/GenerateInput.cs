using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Pictures to denoise and decode.</summary>
/// <param name="Pictures">The pictures; all of one size.</param>
/// <param name="Embeddings">
/// The embeddings of prompts and negative prompts among them, by text; a text that is missing is embedded by the call itself.
/// </param>
/// <param name="Latents">
/// By <see cref="PictureSpec.Index"/>, latents of input pictures; one that is missing is prepared by the call itself. Null for none.
/// </param>
public sealed record GenerateInput(
    IReadOnlyList<PictureSpec> Pictures,
    IReadOnlyDictionary<string, ArtifactRef> Embeddings,
    IReadOnlyDictionary<int, ArtifactRef>? Latents = null)
{
    /// <summary>A preview after every so many denoising steps of a picture; 0 for none.</summary>
    /// <value>The default is 0.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PreviewEverySteps { get; init; }

    /// <summary>Whether its request can give way: where there is no room for it, it need not be waited for.</summary>
    /// <value>The default is false.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GivesWay { get; init; }

    /// <summary>Whether nobody but the next stage will read the pictures: they are then plain pixels, which costs less time.</summary>
    /// <value>The default is false: PNG files, which may be shown.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Raw { get; init; }
}
