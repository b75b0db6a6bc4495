using System.Text.Json.Serialization.Metadata;

namespace Aigc.Pipeline.Stages;

/// <summary>A typed name of something the pipeline can call: an activity, in a durable engine.</summary>
/// <param name="Name">The name it is called by and journaled under.</param>
/// <param name="Input">How its input is written.</param>
/// <param name="Output">How its output is written, and read back when a job is resumed.</param>
public sealed record StageCall<TInput, TOutput>(string Name, JsonTypeInfo<TInput> Input, JsonTypeInfo<TOutput> Output)
    where TOutput : StageOutput;
