using System.Text.Json.Serialization;
using Aigc.Artifacts;

namespace Aigc.Pipeline.Engine;

/// <summary>Why a job failed.</summary>
/// <param name="Kind">What sort of fault.</param>
/// <param name="Message">One sentence for people: the thing at fault and what mends it.</param>
public sealed record JobFault([property: JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))] FaultKind Kind, string Message);
