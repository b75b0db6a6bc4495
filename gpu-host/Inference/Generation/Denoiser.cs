using System.Numerics.Tensors;
using Aigc.Inference.Models;

namespace Aigc.Inference.Generation;

/// <summary>Takes jobs of one latent shape through a step together, whatever step, scheduler, prompt and guidance each has.</summary>
public sealed class Denoiser : IDisposable
{
    private readonly IDenoiseBatch _batch;
    private readonly ReadOnlyMemory<float>[] _embeddings;
    private readonly float[] _guided;

    /// <summary>Takes a batch over.</summary>
    /// <param name="batch">The batch's buffers; disposed with the denoiser.</param>
    public Denoiser(IDenoiseBatch batch)
    {
        _batch = batch;
        _embeddings = new ReadOnlyMemory<float>[batch.Capacity];
        _guided = new float[batch.Shape.Length];
    }

    /// <summary>Takes each job through its next step. Allocates nothing.</summary>
    /// <param name="jobs">Jobs that are not done; together they take at most the batch's capacity of rows.</param>
    /// <param name="cancellationToken">Gives up within the step; every job is then as it was before.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
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
    public void Dispose() => _batch.Dispose();

    private void SetRow(int row, DenoiseJob job, ReadOnlyMemory<float> embedding)
    {
        job.Scheduler.ScaleModelInput(job.Schedule, job.Step, job.Latent, _batch.Sample(row));
        _batch.SetTimestep(row, job.Schedule.Timesteps[job.Step]);
        if (_embeddings[row].Equals(embedding))
            return;
        _batch.SetEmbedding(row, embedding.Span);
        _embeddings[row] = embedding;
    }
}
