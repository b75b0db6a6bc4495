using Aigc.Inference.Batching;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx.Devices;

/// <summary>What is told to the device at each step: a few numbers for each row and job, and noise where a step adds it.</summary>
internal sealed class StepInputs : IDisposable
{
    private readonly TensorBuffer _timesteps;
    private readonly RowViews _timestepViews;
    private readonly HostRows<long> _stateRows;
    private readonly HostRows<long> _tableRows;
    private readonly HostRows<float> _scales;
    private readonly HostRows<long> _promptRows;
    private readonly HostRows<long> _negativeRows;
    private readonly HostRows<float> _guidance;
    private readonly HostRows<float> _noise;

    // By the rows of state that a step takes of each job.
    private readonly Dictionary<int, (HostRows<long> Rows, HostRows<float> Coefficients)> _maps = [];
    private readonly int _capacity;
    private long[] _laidOut = [];

    public StepInputs(OnnxGraph unet, int capacity, int length)
    {
        _capacity = capacity;
        _timesteps = unet.CreateBuffer(unet.Input("timestep"), capacity);
        _timestepViews = new RowViews(capacity, rows => _timesteps.View(0, rows));
        _stateRows = new HostRows<long>(capacity);
        _tableRows = new HostRows<long>(capacity);
        _scales = new HostRows<float>(capacity, 1);
        _promptRows = new HostRows<long>(capacity);
        _negativeRows = new HostRows<long>(capacity);
        _guidance = new HostRows<float>(capacity, 1);
        _noise = new HostRows<float>(capacity, 1, length);
    }

    /// <summary>How many rows run, padding included.</summary>
    public int Rows { get; private set; }

    /// <summary>How many jobs take the step.</summary>
    public int Jobs { get; private set; }

    /// <summary>How many rows of state a job has in this step: those of the job with the longest history.</summary>
    public int StateRows { get; private set; }

    /// <summary>Whether a job adds noise.</summary>
    public bool AddsNoise { get; private set; }

    /// <summary>Whether the denoiser's rows stand for what they did when they were laid out last.</summary>
    public bool SameLayout => _laidOut.AsSpan().SequenceEqual(_tableRows.Rows(Rows));

    public ReadOnlySpan<float> Timesteps => _timesteps.Values[..Rows];

    public OrtValue TableRows => _tableRows.First(Rows);

    public OrtValue[] Before(OrtValue state) => [state, _stateRows.First(Rows), _scales.First(Rows), _timestepViews.First(Rows)];

    public OrtValue[] After(OrtValue state, OrtValue output)
    {
        var (rows, coefficients) = _maps[StateRows];
        OrtValue[] inputs =
        [
            state,
            output,
            _promptRows.First(Jobs),
            _negativeRows.First(Jobs),
            _guidance.First(Jobs),
            rows.First(Jobs),
            coefficients.First(Jobs),
        ];
        return AddsNoise ? [.. inputs, _noise.First(Jobs)] : inputs;
    }

    /// <summary>Writes a step's inputs.</summary>
    /// <param name="jobs">The jobs.</param>
    /// <param name="seats">Where each is.</param>
    /// <param name="stride">Rows of a slot.</param>
    /// <param name="pad">How many rows to run for so many that are needed.</param>
    public void Write(IReadOnlyList<DenoiseJob> jobs, JobSeats seats, int stride, Func<int, int> pad)
    {
        Jobs = jobs.Count;
        StateRows = 1;
        AddsNoise = false;
        foreach (var job in jobs)
        {
            var map = job.Schedule.Map(job.Step);
            StateRows = Math.Max(StateRows, map.Rows);
            AddsNoise |= map.AddsNoise;
        }

        var row = 0;
        for (var i = 0; i < jobs.Count; i++)
        {
            var job = jobs[i];
            seats.Holds(job, out var slot);
            _negativeRows.Row(i)[0] = row;
            if (job.Guided)
                WriteRow(row++, job, slot, stride, prompt: false);
            _promptRows.Row(i)[0] = row;
            WriteRow(row++, job, slot, stride, prompt: true);
            // Without guidance the two rows are one, and nothing times 0 is added to it.
            _guidance.Row(i)[0] = job.Guided ? job.Guidance : 0;
            WriteMap(i, job, slot, stride);
        }

        Rows = pad(row);
        for (; row < Rows; row++)
            Repeat(row);
        _timesteps.Upload(0, Rows);
    }

    /// <summary>Notes that the rows are laid out as this step has them.</summary>
    public void RememberLayout() => _laidOut = _tableRows.Rows(Rows).ToArray();

    /// <summary>Makes the next step lay its rows out anew.</summary>
    public void ForgetLayout() => _laidOut = [];

    public void Dispose()
    {
        foreach (var (rows, coefficients) in _maps.Values)
        {
            rows.Dispose();
            coefficients.Dispose();
        }

        _timestepViews.Dispose();
        _stateRows.Dispose();
        _tableRows.Dispose();
        _scales.Dispose();
        _promptRows.Dispose();
        _negativeRows.Dispose();
        _guidance.Dispose();
        _noise.Dispose();
    }

    private void WriteRow(int row, DenoiseJob job, int slot, int stride, bool prompt)
    {
        _stateRows.Row(row)[0] = slot * stride;
        _tableRows.Row(row)[0] = ConditioningTable.RowOf(slot, prompt);
        _scales.Row(row)[0] = job.Schedule.InputScales[job.Step];
        _timesteps.Values[row] = job.Schedule.Timesteps[job.Step];
    }

    // Padding is the last row again: its numbers are harmless, and a network of one timestep runs it in the same group.
    private void Repeat(int row)
    {
        _stateRows.Row(row)[0] = _stateRows.Row(row - 1)[0];
        _tableRows.Row(row)[0] = _tableRows.Row(row - 1)[0];
        _scales.Row(row)[0] = _scales.Row(row - 1)[0];
        _timesteps.Values[row] = _timesteps.Values[row - 1];
    }

    private void WriteMap(int index, DenoiseJob job, int slot, int stride)
    {
        if (!_maps.TryGetValue(StateRows, out var inputs))
        {
            inputs = (new HostRows<long>(_capacity, StateRows), new HostRows<float>(_capacity, StateRows + 2, StateRows, 1));
            _maps.Add(StateRows, inputs);
        }

        var rows = inputs.Rows.Row(index);
        for (var i = 0; i < StateRows; i++)
            rows[i] = slot * stride + i;

        var map = job.Schedule.Map(job.Step);
        var coefficients = inputs.Coefficients.Row(index);
        coefficients.Clear();
        for (var row = 0; row < map.Rows; row++)
        {
            var from = map.Row(row);
            for (var column = 0; column < map.Columns; column++)
            {
                // Where others' history is longer, the model's output and the noise stand further back.
                var to = column < map.Rows ? column : column - map.Rows + StateRows;
                coefficients[to * StateRows + row] = from[column];
            }
        }

        if (!AddsNoise)
            return;
        if (map.AddsNoise)
            job.NextNoise().CopyTo(_noise.Row(index));
        else
            _noise.Row(index).Clear();
    }
}
