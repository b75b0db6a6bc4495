using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Stages;

/// <summary>Generated pictures to enhance, where asked, and encode.</summary>
/// <param name="Pictures">The pictures.</param>
/// <param name="Bases">The generated picture of each, in order.</param>
public sealed record EnhanceInput(IReadOnlyList<PictureSpec> Pictures, IReadOnlyList<ArtifactRef> Bases)
{
    /// <summary>Whether its request can give way: where there is no room for it, it need not be waited for.</summary>
    /// <value>The default is false.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GivesWay { get; init; }
}
