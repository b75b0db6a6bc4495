using System.Text.Json.Serialization;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Pictures to carry through the whole chain in one call.</summary>
/// <param name="Pictures">The pictures; all of one size.</param>
public sealed record ChainInput(IReadOnlyList<PictureSpec> Pictures)
{
    /// <summary>A preview after every so many denoising steps of a picture; 0 for none.</summary>
    /// <value>The default is 0.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int PreviewEverySteps { get; init; }

    /// <summary>Whether its request can give way: where there is no room for it, it need not be waited for.</summary>
    /// <value>The default is false.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GivesWay { get; init; }
}
