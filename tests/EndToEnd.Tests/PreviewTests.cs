using System.Collections.Concurrent;
using Aigc.Artifacts;
using Aigc.Inference.Imaging;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.Standalone.Local;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

/// <summary>Previews of the shipped model, made in this process.</summary>
public sealed class PreviewTests
{
    private static readonly GenerationRequest _request = new() { Prompt = "a red circle", Seed = 7, Count = 2, Steps = 8 };

    [Fact]
    public async Task RunChain_PreviewsAskedFor_AreStoredAndLeaveThePicturesAsTheyAre()
    {
        var (without, none) = await RunAsync(previewEverySteps: 0);
        var (with, previews) = await RunAsync(previewEverySteps: 2);

        Assert.Equal(without, with);
        Assert.Empty(none);
        Assert.Equal([0, 1], previews.Select(p => p.Index).Distinct().Order());
        Assert.All(previews, p => Assert.Contains(p.Step, (int[])[2, 4, 6, 8]));
    }

    private static async Task<(IReadOnlyList<ArtifactRef> Pictures, IReadOnlyList<PreviewPicture> Previews)> RunAsync(int previewEverySteps)
    {
        using var folder = new TempFolder();
        var store = new FileArtifactStore(folder.Path);
        var model = LocalModel.Open(RepositoryRoot.Combine("models", "tiny-shapes"));
        await using var stages = new LocalStages(model, store, TimeProvider.System);
        var specs = PictureSpec.Expand([_request], await stages.DescribeAsync(CancellationToken.None));
        var told = new Told();

        var input = new ChainInput(specs) { PreviewEverySteps = previewEverySteps };
        var output = await stages.RunChainAsync(input, told, CancellationToken.None);

        foreach (var preview in told.Previews)
            Assert.Equal(specs[0].Width, PictureDecoder.Decode((await store.ReadAsync(preview.Picture)).Span).Width);
        return ([.. output.Pictures.Select(p => p.Picture)], [.. told.Previews]);
    }

    private sealed class Told : IProgress<StageProgress>
    {
        public ConcurrentQueue<PreviewPicture> Previews { get; } = new();

        public void Report(StageProgress value)
        {
            foreach (var preview in value.Previews)
                Previews.Enqueue(preview);
        }
    }
}
