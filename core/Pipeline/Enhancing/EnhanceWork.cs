using System.Text.Json;
using System.Text.Json.Serialization;
using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;

namespace Aigc.Pipeline.Enhancing;

/// <summary>An enhancement that waits in a queue: which pictures of which job, and where their bases lie. Never their bytes.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Pictures">The pictures, by their index in the job; one or more.</param>
/// <param name="Bases">The generated picture of each, in order.</param>
public sealed record EnhanceWork(string JobId, IReadOnlyList<int> Pictures, IReadOnlyList<ArtifactRef> Bases)
{
    /// <summary>The most bytes of a message as text: an Azure queue takes 64 KB, in which base64 leaves 48 to it.</summary>
    public const int MaxBytes = 48 << 10;

    private const int Current = 1;

    /// <summary>The form of the message.</summary>
    /// <value>The default is 1, the only one there is.</value>
    public int Version { get; init; } = Current;

    /// <summary>What tells this enhancement from the job's others: the index of its first picture.</summary>
    [JsonIgnore]
    public int Call => Pictures[0];

    /// <summary>Who waits for the answer, where that is somebody else than the job: an orchestration's id. Null for the job.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Which try this is, from 1: an answer says it again, so that a late one is known for what it is.</summary>
    /// <value>The default is 1.</value>
    public int Try { get; init; } = 1;

    /// <summary>The document that says what the pictures are; null where whoever takes the work knows the job.</summary>
    public ArtifactRef? Manifest { get; init; }

    /// <summary>What of the pictures has given way already; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Concession>? Given { get; init; }

    /// <summary>Whether their request can give way in more: where there is no room for it, it need not be waited for.</summary>
    /// <value>The default is false.</value>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GivesWay { get; init; }

    /// <summary>The span of the request that started the job, as <c>traceparent</c> has it; null where there was none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Reads a message.</summary>
    /// <param name="text">What <see cref="ToText"/> gave.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is no such message.</exception>
    public static EnhanceWork Parse(string text)
    {
        EnhanceWork? work;
        try
        {
            work = JsonSerializer.Deserialize(text, PipelineJson.Default.EnhanceWork);
        }
        catch (JsonException e)
        {
            throw new FaultException(FaultKind.BadRequest, "the message is no enhancement: it is not JSON of one", e);
        }

        if (work?.Version is { } version and not Current)
            throw new FaultException(FaultKind.BadRequest, $"the message is an enhancement of version {version}, and {Current} is known");
        return work is { JobId.Length: > 0, Pictures.Count: > 0, Bases: not null, Try: > 0 }
            && work.Pictures.Count == work.Bases.Count && work.Pictures.All(i => i >= 0) && work.Bases.All(b => b is not null)
            ? work
            : throw new FaultException(
                FaultKind.BadRequest, "the message is no enhancement: a job, its pictures and a base of each are in one");
    }

    /// <summary>Writes the message.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.Internal"/>: it would be longer than <see cref="MaxBytes"/>.</exception>
    public string ToText()
    {
        var text = JsonSerializer.Serialize(this, PipelineJson.Default.EnhanceWork);
        return System.Text.Encoding.UTF8.GetByteCount(text) <= MaxBytes
            ? text
            : throw new FaultException(
                FaultKind.Internal,
                $"an enhancement of {Pictures.Count} pictures is longer than a message's {MaxBytes} bytes: its group is too large");
    }
}
