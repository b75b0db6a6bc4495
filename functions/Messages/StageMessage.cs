using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;

namespace Aigc.Functions.Messages;

/// <summary>A stage call as an activity's input: pictures and texts by number, artifacts by reference.</summary>
/// <param name="InstanceId">The job's id: under it a cancel marker is looked for.</param>
/// <param name="Manifest">The manifest that the numbers mean.</param>
/// <param name="Pictures">The pictures, by their index in the job.</param>
public sealed record StageMessage(string InstanceId, ArtifactRef Manifest, IReadOnlyList<int> Pictures)
{
    /// <summary><see cref="JobInput.TraceParent"/>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Of Understand: texts. Of Generate: the texts whose embeddings are <see cref="Embeddings"/>.</summary>
    public IReadOnlyList<int> Texts { get; init; } = [];

    /// <summary>The embedding of each of <see cref="Texts"/>.</summary>
    public IReadOnlyList<ArtifactRef> Embeddings { get; init; } = [];

    /// <summary>Of Generate: the latent of each of <see cref="LatentOf"/>.</summary>
    public IReadOnlyList<ArtifactRef> Latents { get; init; } = [];

    /// <summary>For each of <see cref="Pictures"/>, the place of its latent among <see cref="Latents"/>, -1 for none; empty for no latents.</summary>
    public IReadOnlyList<int> LatentOf { get; init; } = [];

    /// <summary>Of Generate: <see cref="Pipeline.Stages.GenerateInput.Raw"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Raw { get; init; }

    /// <summary>Of Enhance: the generated picture of each of <see cref="Pictures"/>.</summary>
    public IReadOnlyList<ArtifactRef> Bases { get; init; } = [];

    /// <summary>Of Enhance: whether others take it from a queue.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Queued { get; init; }

    /// <summary>Of Prepare: the input pictures, by number.</summary>
    public IReadOnlyList<int> Images { get; init; } = [];

    /// <summary>Of Prepare: what they are cropped to, in pixels.</summary>
    public int Width { get; init; }

    /// <summary>Of Prepare: likewise.</summary>
    public int Height { get; init; }

    /// <summary>What of the pictures has given way already; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Concession>? Given { get; init; }

    /// <summary>Whether their request can give way in more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GivesWay { get; init; }

    /// <summary>Of RunChain and Generate: how often the call may say how far it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Reports { get; init; }
}
