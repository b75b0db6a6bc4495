using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Tests;

internal static class TestCapabilities
{
    public static EngineCapabilities Tiny { get; } = new(
        "tiny", "d1", SizeMultiple: 8, MinSize: 64, MaxSize: 512, DefaultWidth: 128, DefaultHeight: 128, MaxSteps: 1000, DefaultSteps: 4,
        DefaultGuidance: 4, ["ddim", "euler"], "ddim", EnhanceFactor: 4, PreferredBatch: 2);

    public static EngineCapabilities ImageToImage { get; } = Tiny with { ImageToImage = true };
}
