using System.Text.Json.Serialization;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Enhancing;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline;

/// <summary>The JSON form of everything that is journaled or crosses a process: camel case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GenerationJob))]
[JsonSerializable(typeof(EngineCapabilities))]
[JsonSerializable(typeof(JobStatus))]
[JsonSerializable(typeof(JobFault))]
[JsonSerializable(typeof(PlanDecision))]
[JsonSerializable(typeof(PictureResult))]
[JsonSerializable(typeof(BasePicture))]
[JsonSerializable(typeof(PreviewPicture))]
[JsonSerializable(typeof(FindInput))]
[JsonSerializable(typeof(FindOutput))]
[JsonSerializable(typeof(ChainInput))]
[JsonSerializable(typeof(ChainOutput))]
[JsonSerializable(typeof(UnderstandInput))]
[JsonSerializable(typeof(UnderstandOutput))]
[JsonSerializable(typeof(PrepareInput))]
[JsonSerializable(typeof(PrepareOutput))]
[JsonSerializable(typeof(GenerateInput))]
[JsonSerializable(typeof(GenerateOutput))]
[JsonSerializable(typeof(EnhanceInput))]
[JsonSerializable(typeof(EnhanceOutput))]
[JsonSerializable(typeof(EnhanceWork))]
public sealed partial class PipelineJson : JsonSerializerContext;
