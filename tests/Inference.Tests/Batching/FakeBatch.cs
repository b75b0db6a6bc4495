using Aigc.Inference.Models;

namespace Aigc.Inference.Tests.Batching;

/// <summary>A denoiser that answers sample * 0.1 + the first number of the embedding, and notes what it was told.</summary>
internal sealed class FakeBatch(LatentShape shape, int capacity) : IDenoiseBatch
{
    private readonly float[][] _samples = [.. Enumerable.Range(0, capacity).Select(_ => new float[shape.Length])];
    private readonly float[] _embeddings = new float[capacity];

    public LatentShape Shape => shape;

    public int Capacity => capacity;

    public float[] Timesteps { get; } = new float[capacity];

    public List<int> Runs { get; } = [];

    public int EmbeddingsSet { get; private set; }

    public bool Disposed { get; private set; }

    public Span<float> Sample(int row) => _samples[row];

    public void SetTimestep(int row, float timestep) => Timesteps[row] = timestep;

    public void SetEmbedding(int row, ReadOnlySpan<float> embedding)
    {
        _embeddings[row] = embedding[0];
        EmbeddingsSet++;
    }

    public float[] Guidance { get; } = new float[capacity];

    public void SetGuidance(int row, float guidance) => Guidance[row] = guidance;

    public void Run(int rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Runs.Add(rows);
        for (var row = 0; row < rows; row++)
        {
            foreach (ref var value in _samples[row].AsSpan())
                value = value * .1f + _embeddings[row];
        }
    }

    public ReadOnlySpan<float> Output(int row) => _samples[row];

    public void Dispose() => Disposed = true;
}
