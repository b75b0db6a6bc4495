using Aigc.Inference.Batching;
using Aigc.Inference.Models;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>
/// Keeps jobs on the device between steps: their samples, the scheduler's history, and their embeddings. A step sends timesteps,
/// coefficients, slots and noise there, and brings nothing back.
/// </summary>
/// <remarks>
/// A step is three runs: one that picks and scales the samples, the denoiser, and one that applies guidance and the scheduler's
/// <see cref="Scheduling.StepMap"/>. They are the same graphs on every execution provider. Tests run them on the processors, where they
/// give what <see cref="HostDenoiser"/> gives; no test has run them on CUDA.
/// </remarks>
internal sealed class DeviceDenoiser : IDenoiser
{
    private readonly Ownership _owned = new();
    private readonly OnnxGraph _graph;
    private readonly UNetSignature _signature;
    private readonly StepArithmetic _arithmetic;
    private readonly ConditioningTable[] _conditionings;
    private readonly DeviceUNet _unet;
    private readonly StepInputs _inputs;
    private readonly JobSeats _seats;
    private readonly Func<int, int> _pad;
    private readonly Lazy<IDenoiser> _host;
    private JobState _state;

    /// <summary>Allocates the device memory that it ever takes, but for longer histories.</summary>
    /// <param name="unet">The denoising network.</param>
    /// <param name="signature">What it takes.</param>
    /// <param name="description">The model's.</param>
    /// <param name="arithmetic">Of the network's device; shared by the denoisers of a model.</param>
    /// <param name="shape">The shape of its latents.</param>
    /// <param name="capacity">The most rows of one step, and the most jobs on the device.</param>
    /// <param name="host">Makes the denoiser for jobs whose steps are no linear maps; disposed with this.</param>
    /// <param name="pads">Whether rows are padded although nothing is recorded.</param>
    public DeviceDenoiser(
        OnnxGraph unet,
        UNetSignature signature,
        ModelDescription description,
        StepArithmetic arithmetic,
        LatentShape shape,
        int capacity,
        Func<IDenoiser> host,
        bool pads = false)
    {
        (Shape, Capacity) = (shape, capacity);
        (_graph, _signature, _arithmetic) = (unet, signature, arithmetic);
        _seats = new JobSeats(capacity);
        // A network of one timestep runs groups of rows, which are not recorded.
        var records = unet.Recordings is not null && !signature.OneTimestep;
        _pad = pads || records ? rows => RowPadding.Padded(rows, capacity) : static rows => rows;
        _host = new Lazy<IDenoiser>(host, LazyThreadSafetyMode.None);
        try
        {
            _inputs = _owned.Add(new StepInputs(unet, capacity, shape.Length));
            _conditionings =
            [
                .. RowConditioning.All(signature, description, shape)
                    .Select(conditioning => new ConditioningTable(unet, arithmetic, conditioning, capacity, _owned)),
            ];
            _unet = _owned.Add(new DeviceUNet(unet, signature, shape, _conditionings, capacity, _owned));
            _state = NewState(stride: 1);
        }
        catch
        {
            _owned.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public LatentShape Shape { get; }

    /// <inheritdoc/>
    public int Capacity { get; }

    /// <summary>How many runs of the network are bound: at most one for each number of rows.</summary>
    public int BindingCount => _unet.BindingCount;

    /// <summary>How many jobs are on the device.</summary>
    public int SeatedCount => _seats.Count;

    /// <summary>How many rows the last step ran, padding included.</summary>
    public int RowsRun => _inputs.Rows;

    /// <inheritdoc/>
    public void Step(IReadOnlyList<DenoiseJob> jobs, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (jobs.Count == 0)
            return;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(jobs.Sum(job => job.Rows), Capacity, nameof(jobs));
        if (jobs.Any(job => !job.Schedule.IsLinear))
        {
            StepOnHost(jobs, cancellationToken);
            return;
        }

        Seat(jobs);
        _inputs.Write(jobs, _seats, _state.Stride, _pad);
        var rows = _inputs.Rows;
        if (!_inputs.SameLayout)
        {
            foreach (var conditioning in _conditionings)
                conditioning.Pick(_inputs.TableRows, rows);
            _inputs.RememberLayout();
        }

        _arithmetic.Before(_signature.Sample.Type, _signature.Timestep.Type)
            .Run(_inputs.Before(_state.Now), _unet.Samples(rows), _unet.Timesteps(rows));
        _unet.Run(_inputs.Timesteps, cancellationToken);
        _arithmetic.After(_signature.Output.Type, _inputs.StateRows, _inputs.AddsNoise)
            .Run(_inputs.After(_state.Now, _unet.Outputs(rows)), _state.Next);
        _state.Swap();
        foreach (var job in jobs)
        {
            job.CountStep();
            _seats.Advanced(job);
        }
    }

    /// <inheritdoc/>
    public void Download(DenoiseJob job)
    {
        if (_seats.Holds(job, out var slot))
            _state.Download(job, slot);
    }

    /// <inheritdoc/>
    public void Release(DenoiseJob job) => _seats.Leave(job);

    /// <inheritdoc/>
    public void Dispose()
    {
        _state.Dispose();
        _owned.Dispose();
        if (_host.IsValueCreated)
            _host.Value.Dispose();
    }

    private void Seat(IReadOnlyList<DenoiseJob> jobs)
    {
        Lengthen(1 + jobs.Max(job => job.Scheduler.HistoryLength));
        _seats.Begin(jobs);
        foreach (var job in jobs)
        {
            if (_seats.Holds(job, out _))
                continue;
            if (_seats.Evictable(job) is { } waiting)
                BringHome(waiting);
            // Until it is there in full the slot must not count as holding it.
            var slot = _seats.Take(job);
            try
            {
                _state.Upload(job, slot);
                foreach (var conditioning in _conditionings)
                    conditioning.Upload(job, slot);
                _inputs.ForgetLayout();
            }
            catch
            {
                _seats.Leave(job);
                throw;
            }
        }
    }

    // Slots grow with the longest history seen, of which every scheduler has its own, at most a few.
    private void Lengthen(int stride)
    {
        if (stride <= _state.Stride)
            return;
        var longer = NewState(stride);
        foreach (var job in _seats.Jobs.ToArray())
            BringHome(job);
        _state.Dispose();
        _state = longer;
    }

    private JobState NewState(int stride) => new(_graph, _signature.Sample, _arithmetic, Capacity, stride, Shape.Length);

    private void BringHome(DenoiseJob job)
    {
        Download(job);
        _seats.Leave(job);
    }

    private void StepOnHost(IReadOnlyList<DenoiseJob> jobs, CancellationToken cancellationToken)
    {
        foreach (var job in jobs)
            BringHome(job);
        _host.Value.Step(jobs, cancellationToken);
    }
}
