using Aigc.Inference.Batching;
using Aigc.Inference.Models;
using Aigc.Inference.Tests.Batching;

namespace Aigc.Inference.Tests.Models;

/// <summary>A denoiser of <see cref="FakeNetworks"/>.</summary>
internal sealed class FakeDenoiser(FakeNetworks networks, LatentShape shape, int capacity) : IDenoiser
{
    private readonly HostDenoiser _steps = new(new FakeBatch(shape, capacity));

    public LatentShape Shape => shape;

    public int Capacity => capacity;

    public bool Disposed { get; private set; }

    public HashSet<DenoiseJob> Released { get; } = [];

    public void Step(IReadOnlyList<DenoiseJob> jobs, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        networks.Stepping?.Invoke(jobs);
        var seats = networks.Noting ? jobs.Select(job => (job, job.Step)).ToArray() : null;
        _steps.Step(jobs, cancellationToken);
        if (seats is not null)
            networks.Steps.Enqueue(seats);
        networks.Stepped?.Invoke(jobs);
    }

    public void Download(DenoiseJob job) => networks.Downloading?.Invoke(job);

    public void Release(DenoiseJob job)
    {
        networks.Releasing?.Invoke(job);
        Released.Add(job);
    }

    public void Dispose()
    {
        Disposed = true;
        networks.Discarding?.Invoke();
        _steps.Dispose();
    }
}
