namespace Aigc.Benchmarks.Transport;

/// <summary>A prompt to embed.</summary>
internal sealed record RestText(string Prompt);

/// <summary>An embedding to make a picture of; in JSON its bytes are base64.</summary>
internal sealed record RestEmbedding(byte[] Embedding, int Size);

/// <summary>A picture to enhance; in JSON its bytes are base64.</summary>
internal sealed record RestPicture(byte[] Picture);
