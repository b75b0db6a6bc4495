using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;

namespace Aigc.Inference.Onnx;

/// <summary>The graph from pictures to latents.</summary>
internal sealed class LatentEncoder : IDisposable
{
    private const int PictureChannels = 3;

    private readonly PictureGraph _graph;
    private readonly int _channels;

    private LatentEncoder(PictureGraph graph, int channels) => (_graph, _channels) = (graph, channels);

    /// <param name="path">The graph.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="channels">Channels of a latent. The graph gives these, or twice as many: the mean of a distribution, then the
    /// logarithm of its variance.</param>
    /// <exception cref="InferenceException"><see cref="InferenceFault.BadModel"/>: it cannot be loaded or gives something else.</exception>
    public static LatentEncoder Load(string path, OnnxRuntimeOptions options, int channels)
    {
        var graph = OnnxGraph.Load(path, options);
        try
        {
            // An export that leaves the channels open says by its name whether it gives the distribution.
            var (name, given) = graph.FirstOutput() is { Dimensions: [_, var declared, _, _] } output ? (output.Name, declared) : ("", -1);
            var distribution = given > 0 ? given != channels : name == "latent_parameters";
            return new LatentEncoder(
                new PictureGraph(graph, "sample", distribution ? 2 * channels : channels, shrinks: ModelFolder.LatentFactor), channels);
        }
        catch
        {
            graph.Dispose();
            throw;
        }
    }

    /// <summary>The middle of what the graph says of a picture, not scaled yet.</summary>
    public float[] Encode(Picture picture, CancellationToken cancellationToken)
    {
        using var run = _graph.Rent(PictureChannels, picture.Height, picture.Width);
        PictureConverter.ToPlanarFloat(picture, run.Input, -1, 1);
        run.Execute(cancellationToken);
        return run.Output[..(_channels * run.OutputHeight * run.OutputWidth)].ToArray();
    }

    public void Dispose() => _graph.Dispose();
}
