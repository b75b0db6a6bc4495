using System.Numerics.Tensors;
using Aigc.Inference.Models;

namespace Aigc.Inference.Batching;

/// <summary>Runs the model over a batch of rows, and everything else of a step on the host's own processors.</summary>
public sealed class HostDenoiser : IDenoiser
{
    private readonly IDenoiseBatch _batch;
    private readonly ReadOnlyMemory<float>[] _embeddings;
    private readonly float[] _guided;

    /// <summary>Takes a batch over.</summary>
    /// <param name="batch">The batch's buffers; disposed with the denoiser.</param>
    public HostDenoiser(IDenoiseBatch batch)
    {
        _batch = batch;
        _embeddings = new ReadOnlyMemory<float>[batch.Capacity];
        _guided = new float[batch.Shape.Length];
    }

    /// <inheritdoc/>
    public LatentShape Shape => _batch.Shape;

    /// <inheritdoc/>
    public int Capacity => _batch.Capacity;

    /// <inheritdoc/>
    /// <remarks>Allocates nothing.</remarks>
    public void Step(IReadOnlyList<DenoiseJob> jobs, CancellationToken cancellationToken)
    {
        var row = 0;
        for (var i = 0; i < jobs.Count; i++)
        {
            var job = jobs[i];
            if (job.Guided)
                SetRow(row++, job, job.Negative);
            SetRow(row++, job, job.Embedding);
        }

        _batch.Run(row, cancellationToken);

        row = 0;
        for (var i = 0; i < jobs.Count; i++)
        {
            var job = jobs[i];
            if (!job.Guided)
            {
                job.Advance(_batch.Output(row++));
                continue;
            }

            // Ho and Salimans, "Classifier-Free Diffusion Guidance", 2022: negative + guidance * (prompt - negative).
            var negative = _batch.Output(row);
            TensorPrimitives.Subtract(_batch.Output(row + 1), negative, _guided);
            TensorPrimitives.Multiply(_guided, job.Guidance, _guided);
            TensorPrimitives.Add(_guided, negative, _guided);
            job.Advance(_guided);
            row += 2;
        }
    }

    /// <inheritdoc/>
    public void Download(DenoiseJob job)
    {
    }

    /// <inheritdoc/>
    public void Release(DenoiseJob job)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private void SetRow(int row, DenoiseJob job, ReadOnlyMemory<float> embedding)
    {
        job.Scheduler.ScaleModelInput(job.Schedule, job.Step, job.Latent, _batch.Sample(row));
        _batch.SetTimestep(row, job.Schedule.Timesteps[job.Step]);
        _batch.SetGuidance(row, job.Guidance);
        if (_embeddings[row].Equals(embedding))
            return;
        _batch.SetEmbedding(row, embedding.Span);
        _embeddings[row] = embedding;
    }
}
