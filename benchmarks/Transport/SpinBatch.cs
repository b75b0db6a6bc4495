using Aigc.Inference.Models;

namespace Aigc.Benchmarks.Transport;

/// <summary>Rows that a run leaves as they are.</summary>
internal sealed class SpinBatch(LatentShape shape, int capacity, int embeddingLength, SpinTimes times) : IDenoiseBatch
{
    private readonly float[] _samples = new float[capacity * shape.Length];
    private readonly float[] _embeddings = new float[capacity * embeddingLength];

    public LatentShape Shape => shape;

    public int Capacity => capacity;

    public Span<float> Sample(int row) => _samples.AsSpan(row * shape.Length, shape.Length);

    public void SetTimestep(int row, float timestep)
    {
    }

    public void SetEmbedding(int row, ReadOnlySpan<float> embedding) =>
        embedding.CopyTo(_embeddings.AsSpan(row * embeddingLength, embeddingLength));

    public void SetGuidance(int row, float guidance)
    {
    }

    public void Run(int rows, CancellationToken cancellationToken) => Spin.For(times.Generate);

    public ReadOnlySpan<float> Output(int row) => Sample(row);

    public void Dispose()
    {
    }
}
