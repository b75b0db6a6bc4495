using System.Globalization;
using Aigc.Inference.Models;
using Aigc.Inference.Tokenization;
using Aigc.TestKit;

namespace Aigc.Inference.Onnx.Tests;

/// <summary>No other test of the process runs beside these: they look at the memory of all of it.</summary>
[CollectionDefinition(nameof(DisposeTests), DisableParallelization = true)]
[Collection(nameof(DisposeTests))]
public sealed class DisposeTests
{
    private static readonly ModelFolder _folder = ModelFolder.Open(RepositoryRoot.Combine("models", "tiny-shapes"));

    [Fact]
    public void Dispose_Twice_DoesNothingMore()
    {
        var model = OnnxDiffusionModel.Load(_folder, new OnnxRuntimeOptions());
        UseAll(model);
        model.Dispose();
        model.Dispose();
    }

    [Fact]
    public void Dispose_WhileTheDecoderLoads_WaitsForIt()
    {
        for (var i = 0; i < 5; i++)
            OnnxDiffusionModel.Load(_folder, new OnnxRuntimeOptions()).Dispose();
    }

    [Fact]
    public void Dispose_OfOneOfTwo_LeavesTheOtherSound()
    {
        using var kept = OnnxDiffusionModel.Load(_folder, new OnnxRuntimeOptions());
        var before = kept.EncodeText(Prompt(), default);
        var other = OnnxDiffusionModel.Load(_folder, new OnnxRuntimeOptions());
        UseAll(other);
        other.Dispose();
        Assert.Equal(before, kept.EncodeText(Prompt(), default));
        UseAll(kept);
    }

    [Fact]
    public void Dispose_ManyModelsInTurn_GivesTheirMemoryBack()
    {
        if (!OperatingSystem.IsLinux())
            return;
        // Each model holds some 25 MB. A leak of 3 MB a model, less than its decoder or its denoiser, is found; less than that is the
        // allocators' own noise.
        const int Rounds = 10;
        Cycle(5);
        var before = ResidentBytes();
        Cycle(Rounds);
        Assert.InRange(ResidentBytes() - before, long.MinValue, Rounds * 3_000_000);
    }

    [Fact]
    public void Dispose_ModelsLoadedAtOnce_TheSystemHasTheirMemoryAgain()
    {
        if (!OperatingSystem.IsLinux())
            return;
        Cycle(5);
        var before = ResidentBytes();
        var models = Enumerable.Range(0, 8).Select(_ => OnnxDiffusionModel.Load(_folder, new OnnxRuntimeOptions())).ToArray();
        Array.ForEach(models, UseAll);
        var taken = ResidentBytes() - before;
        Array.ForEach(models, model => model.Dispose());
        // What stays is the arena, which the next model uses.
        Assert.InRange(ResidentBytes() - before, long.MinValue, taken / 4);
    }

    private static void Cycle(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            using var model = OnnxDiffusionModel.Load(_folder, new OnnxRuntimeOptions());
            UseAll(model);
        }
    }

    private static void UseAll(OnnxDiffusionModel model)
    {
        var shape = new LatentShape(4, 16, 16);
        using (var batch = model.CreateBatch(shape, capacity: 2))
        {
            for (var row = 0; row < 2; row++)
                batch.SetEmbedding(row, model.EncodeText(Prompt(), default));
            batch.Run(2, default);
        }

        var picture = model.Decode(new float[shape.Length], shape, default);
        Assert.Equal(shape.Length, model.Encode(picture, default).Length);
        Assert.Equal(4 * picture.Width, model.Enhance(picture, default).Width);
    }

    private static TokenizedPrompt[] Prompt() =>
        [.. _folder.TextEncoders.Select(part => ClipTokenizer.Load(part.Tokenizer).Encode("a red circle"))];

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var pages = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture);
        return pages * Environment.SystemPageSize;
    }
}
