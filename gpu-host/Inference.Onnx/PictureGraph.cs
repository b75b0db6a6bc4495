using System.Collections.Concurrent;
using Aigc.Inference.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace Aigc.Inference.Onnx;

/// <summary>A graph that turns one sample into one picture of three channels in [-1, 1].</summary>
internal sealed class PictureGraph : IDisposable
{
    private const int PictureChannels = 3;

    private readonly OnnxGraph _graph;
    private readonly TensorPort _input;
    private readonly TensorPort _output;
    private readonly int _scale;

    // Buffers of a run, kept for the next of the same shape: those of a large picture are megabytes.
    private readonly ConcurrentDictionary<(int Channels, int Height, int Width), ConcurrentBag<Run>> _idle = new();

    /// <summary>Takes a graph over.</summary>
    /// <param name="graph">The graph; disposed with this.</param>
    /// <param name="inputName">The name of its input.</param>
    /// <param name="scale">How many times wider and higher its output is.</param>
    public PictureGraph(OnnxGraph graph, string inputName, int scale)
    {
        _graph = graph;
        _input = graph.Input(inputName);
        _output = graph.FirstOutput();
        _scale = scale;
    }

    /// <summary>Lends the buffers of one run, for an input of this shape.</summary>
    public Run Rent(int channels, int height, int width)
    {
        var idle = _idle.GetOrAdd((channels, height, width), static _ => []);
        return idle.TryTake(out var run) ? run : new Run(this, idle, channels, height, width);
    }

    public void Dispose()
    {
        foreach (var run in _idle.Values.SelectMany(bag => bag))
            run.Release();
        _graph.Dispose();
    }

    internal sealed class Run
    {
        private readonly PictureGraph _owner;
        private readonly ConcurrentBag<Run> _idle;
        private readonly TensorBuffer _input;
        private readonly TensorBuffer _output;
        private readonly OrtValue _inputView;
        private readonly OrtValue _outputView;
        private readonly GraphBinding _binding;
        private readonly int _width;
        private readonly int _height;

        public Run(PictureGraph owner, ConcurrentBag<Run> idle, int channels, int height, int width)
        {
            _owner = owner;
            _idle = idle;
            (_width, _height) = (width * owner._scale, height * owner._scale);
            _input = owner._graph.CreateBuffer(owner._input, channels * height * width);
            _output = owner._graph.CreateBuffer(owner._output, PictureChannels * _height * _width);
            _inputView = _input.View(0, 1, channels, height, width);
            _outputView = _output.View(0, 1, PictureChannels, _height, _width);
            _binding = owner._graph.CreateBinding();
            _binding.BindInput(owner._input.Name, _inputView);
            _binding.BindOutput(owner._output.Name, _outputView);
        }

        /// <summary>The graph's input, [channels, height, width], to be written before <see cref="Draw"/>.</summary>
        public Span<float> Input => _input.Values;

        /// <summary>Runs the graph, reads the picture and gives the buffers back.</summary>
        public Picture Draw(CancellationToken cancellationToken)
        {
            try
            {
                _input.Upload(0, Input.Length);
                _owner._graph.Run(_binding, cancellationToken);
                _output.Download(0, _output.Values.Length);
                return PictureConverter.FromPlanarFloat(_output.Values, _width, _height, -1, 1);
            }
            finally
            {
                _idle.Add(this);
            }
        }

        public void Release()
        {
            _binding.Dispose();
            _inputView.Dispose();
            _outputView.Dispose();
        }
    }
}
