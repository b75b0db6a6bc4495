using System.Collections.Concurrent;
using Aigc.Inference.Batching;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;
using Aigc.TestKit;

namespace Aigc.GpuHost.Tests;

/// <summary>Stands before every denoising step of a host: counts the steps of each picture, and holds the batch where a test says so.</summary>
internal sealed class StepGate
{
    private readonly ConcurrentDictionary<DenoiseJob, int> _steps = new(ReferenceEqualityComparer.Instance);
    private volatile Hold? _hold;
    private SyncPoint? _decode;

    /// <summary>Steps done of each picture that a batch ever had, in no order.</summary>
    public IReadOnlyCollection<int> Steps => [.. _steps.Values.Order()];

    /// <summary>Holds the first batch with so many pictures that have all done so many steps at least.</summary>
    public SyncPoint HoldAt(int step, int pictures = 1)
    {
        var hold = new Hold(step, pictures, new SyncPoint());
        _hold = hold;
        return hold.Point;
    }

    /// <summary>Holds the next latent that is decoded.</summary>
    public SyncPoint HoldDecode() => _decode = new SyncPoint();

    public IDiffusionModel Before(IDiffusionModel model) => new Model(model, this);

    private void Pass(IReadOnlyList<DenoiseJob> jobs)
    {
        if (_hold is { } hold && jobs.Count == hold.Pictures && jobs.All(job => job.Step >= hold.Step))
        {
            _hold = null;
            hold.Point.WaitToContinue().GetAwaiter().GetResult();
        }

        foreach (var job in jobs)
            _steps.AddOrUpdate(job, 1, static (_, done) => done + 1);
    }

    private sealed record Hold(int Step, int Pictures, SyncPoint Point);

    private sealed class Model(IDiffusionModel inner, StepGate gate) : IDiffusionModel
    {
        public ModelDescription Description => inner.Description;

        public long MemoryBytes => inner.MemoryBytes;

        public float[] EncodeText(IReadOnlyList<TokenizedPrompt> prompt, CancellationToken cancellationToken) => inner.EncodeText(prompt, cancellationToken);

        public IDenoiser CreateDenoiser(LatentShape shape, int capacity) => new Denoiser(inner.CreateDenoiser(shape, capacity), gate);

        public float[] Encode(Picture picture, CancellationToken cancellationToken) => inner.Encode(picture, cancellationToken);

        public Picture Decode(ReadOnlySpan<float> latent, LatentShape shape, CancellationToken cancellationToken)
        {
            Interlocked.Exchange(ref gate._decode, null)?.WaitToContinue(CancellationToken.None).GetAwaiter().GetResult();
            return inner.Decode(latent, shape, cancellationToken);
        }

        public Picture Enhance(Picture picture, CancellationToken cancellationToken) => inner.Enhance(picture, cancellationToken);

        public void Dispose() => inner.Dispose();
    }

    private sealed class Denoiser(IDenoiser inner, StepGate gate) : IDenoiser
    {
        public LatentShape Shape => inner.Shape;

        public int Capacity => inner.Capacity;

        public void Step(IReadOnlyList<DenoiseJob> jobs, CancellationToken cancellationToken)
        {
            gate.Pass(jobs);
            inner.Step(jobs, cancellationToken);
        }

        public void Download(DenoiseJob job) => inner.Download(job);

        public void Release(DenoiseJob job) => inner.Release(job);

        public void Dispose() => inner.Dispose();
    }
}
