using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>
/// A graph that turns one sample into one other: a latent into a picture, or a picture into a latent or a larger picture.
/// </summary>
internal sealed class PictureGraph : IDisposable
{
    // Buffers of runs are kept for the next of the same shape, since those of a large picture are megabytes; up to this many bytes, since
    // requests may come in any number of shapes.
    public const long MaxIdleBytes = 64 * 1024 * 1024;

    private readonly OnnxGraph _graph;
    private readonly TensorPort _input;
    private readonly TensorPort _output;
    private readonly int _outputChannels;
    private readonly int _grows;
    private readonly int _shrinks;
    private readonly Lock _gate = new();
    private readonly List<Run> _idle = [];
    private bool _disposed;

    /// <summary>Takes a graph over.</summary>
    /// <param name="graph">The graph, whose output is its only one; disposed with this.</param>
    /// <param name="inputName">The name of its input.</param>
    /// <param name="outputChannels">Channels of its output.</param>
    /// <param name="grows">How many times wider and higher its output is.</param>
    /// <param name="shrinks">How many times narrower and lower its output is.</param>
    /// <exception cref="Aigc.Inference.Faults.InferenceException">The graph has no such input, or another number of channels; it is then
    /// disposed.</exception>
    public PictureGraph(OnnxGraph graph, string inputName, int outputChannels, int grows = 1, int shrinks = 1)
    {
        _graph = graph;
        (_outputChannels, _grows, _shrinks) = (outputChannels, grows, shrinks);
        try
        {
            _input = graph.Input(inputName);
            _output = graph.FirstOutput();
            if (_output.Dimensions is not [_, var channels, _, _] || (channels > 0 && channels != outputChannels))
                throw graph.Unfit($"does not give [batch, {outputChannels}, height, width]");
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the buffers that wait for their next run.</summary>
    public long IdleBytes
    {
        get
        {
            lock (_gate)
                return _idle.Sum(run => run.Bytes);
        }
    }

    /// <summary>Lends the buffers of one run, for an input of this shape; disposing it gives them back.</summary>
    public Run Rent(int channels, int height, int width)
    {
        lock (_gate)
        {
            var at = _idle.FindLastIndex(idle => idle.Shape == (channels, height, width));
            if (at >= 0)
            {
                var run = _idle[at];
                _idle.RemoveAt(at);
                return run;
            }
        }

        return new Run(this, channels, height, width);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _idle.ForEach(run => run.Release());
            _idle.Clear();
        }

        _graph.Dispose();
    }

    private void Return(Run run)
    {
        lock (_gate)
        {
            // One too large to keep must not push the others out.
            if (run.Bytes > MaxIdleBytes)
            {
                run.Release();
                return;
            }

            _idle.Add(run);
            var bytes = _idle.Sum(idle => idle.Bytes);
            while (_idle.Count > 0 && (_disposed || bytes > MaxIdleBytes))
            {
                bytes -= _idle[0].Bytes;
                _idle[0].Release();
                _idle.RemoveAt(0);
            }
        }
    }

    internal sealed class Run : IDisposable
    {
        private readonly PictureGraph _owner;
        private readonly TensorBuffer _input;
        private readonly TensorBuffer _output;
        private readonly OrtValue _inputView;
        private readonly OrtValue _outputView;
        private readonly OrtIoBinding _binding;

        public Run(PictureGraph owner, int channels, int height, int width)
        {
            _owner = owner;
            Shape = (channels, height, width);
            (OutputHeight, OutputWidth) = (height * owner._grows / owner._shrinks, width * owner._grows / owner._shrinks);
            _input = owner._graph.CreateBuffer(owner._input, channels * height * width);
            _output = owner._graph.CreateBuffer(owner._output, checked(owner._outputChannels * OutputHeight * OutputWidth));
            _inputView = _input.View(0, 1, channels, height, width);
            _outputView = _output.View(0, 1, owner._outputChannels, OutputHeight, OutputWidth);
            _binding = owner._graph.Session.CreateIoBinding();
            _binding.BindInput(owner._input.Name, _inputView);
            _binding.BindOutput(owner._output.Name, _outputView);
        }

        public (int Channels, int Height, int Width) Shape { get; }

        public int OutputHeight { get; }

        public int OutputWidth { get; }

        public long Bytes => (long)sizeof(float) * (_input.Values.Length + _output.Values.Length);

        /// <summary>The graph's input, [channels, height, width], to be written before <see cref="Execute"/>.</summary>
        public Span<float> Input => _input.Values;

        /// <summary>The graph's output, [channels, height, width], to be read after <see cref="Execute"/>.</summary>
        public ReadOnlySpan<float> Output => _output.Values;

        public void Execute(CancellationToken cancellationToken)
        {
            _input.Upload(0, Input.Length);
            _owner._graph.Run(_binding, cancellationToken);
            _output.Download(0, Output.Length);
        }

        public void Dispose() => _owner.Return(this);

        public void Release()
        {
            _binding.Dispose();
            _inputView.Dispose();
            _outputView.Dispose();
        }
    }
}
