namespace Aigc.Inference.Models;

/// <summary>A text encoder of a model folder.</summary>
/// <param name="Graph">Its graph.</param>
/// <param name="Tokenizer">The folder of its <c>vocab.json</c> and <c>merges.txt</c>.</param>
/// <param name="Layers"><c>num_hidden_layers</c> of its <c>config.json</c>; null where the file does not say.</param>
public sealed record TextEncoderPart(string Graph, string Tokenizer, int? Layers);
