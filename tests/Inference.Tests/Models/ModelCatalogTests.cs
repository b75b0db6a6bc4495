using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.Inference.Scheduling;

namespace Aigc.Inference.Tests.Models;

public sealed class ModelCatalogTests : IDisposable
{
    private readonly FakeModelRoot _root = new("b", "a");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Open_FolderOfModels_HasEachWithTheDefaultFirst()
    {
        Directory.CreateDirectory(Path.Combine(_root.Path, "no model"));
        Assert.Equal(["a", "b"], ModelCatalog.Open(_root.Path).Names);
        Assert.Equal(["b", "a"], ModelCatalog.Open(_root.Path, "b").Names);
        Assert.Equal("a", ModelCatalog.Open(_root.Path).Folder("").Name);
    }

    [Fact]
    public void Open_ModelFolderItself_HasThatOne() => Assert.Equal(["a"], ModelCatalog.Open(Path.Combine(_root.Path, "a")).Names);

    [Fact]
    public void Open_NoSuchDefault_SaysWhichThereAre()
    {
        var fault = Assert.Throws<InferenceException>(() => ModelCatalog.Open(_root.Path, "c"));
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains("'c': it has a, b", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoModelInTheRoot_IsRefusedByName()
    {
        var empty = Directory.CreateDirectory(Path.Combine(_root.Path, "empty")).FullName;
        var fault = Assert.Throws<InferenceException>(() => ModelCatalog.Open(empty));
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(empty, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CardAsync_Model_SaysWhatItCanDo()
    {
        var card = await ModelCatalog.Open(_root.Path).CardAsync("b");
        // An offset of one leaves one timestep fewer to start from.
        Assert.Equal(("b", 8, 999, 2, true), (card.Name, card.SizeMultiple, card.MaxSteps, card.EnhanceFactor, card.ImageToImage));
        Assert.Equal(SchedulerCatalog.Names, card.Schedulers);
        Assert.Equal(_root.Folder("b").ComputeDigest(), card.Digest);
    }

    [Theory]
    [InlineData("""{ "clip_sample": false, "steps_offset": 0 }""", 1000)]
    [InlineData("""{ "clip_sample": false, "steps_offset": 1 }""", 999)]
    [InlineData("""{ "_class_name": "LCMScheduler", "original_inference_steps": 50, "clip_sample": false }""", 50)]
    public async Task CardAsync_MaxSteps_IsWhatTheModelsOwnSchedulerTakes(string schedulerConfig, int most)
    {
        _root.Add("own", schedulerConfig: schedulerConfig);
        var folder = _root.Folder("own");

        var card = await ModelCatalog.Open(_root.Path).CardAsync("own");

        Assert.Equal(most, card.MaxSteps);
        SchedulerCatalog.Create(card.DefaultScheduler, folder.Scheduler).CreateSchedule(card.MaxSteps);
        Assert.Throws<InferenceException>(() => SchedulerCatalog.Create(card.DefaultScheduler, folder.Scheduler).CreateSchedule(card.MaxSteps + 1));
    }

    [Fact]
    public async Task CardAsync_SchedulerNobodyKnows_IsTheModelsFault()
    {
        _root.Add("odd", schedulerConfig: """{ "_class_name": "HeunDiscreteScheduler" }""");
        var fault = await Assert.ThrowsAsync<InferenceException>(() => ModelCatalog.Open(_root.Path).CardAsync("odd"));
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains("HeunDiscreteScheduler", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CardAsync_FilesThatWereAway_IsTriedAgain()
    {
        var catalog = ModelCatalog.Open(_root.Path);
        var graph = Path.Combine(_root.Path, "a", "unet", "model.onnx");
        // A link to nowhere is listed, and cannot be opened: as on a mount that is away.
        File.Move(graph, graph + ".kept");
        File.CreateSymbolicLink(graph, graph + ".away");

        var fault = await Assert.ThrowsAsync<InferenceException>(() => catalog.CardAsync("a"));
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains("cannot be read", fault.Message, StringComparison.Ordinal);

        File.Delete(graph);
        File.Move(graph + ".kept", graph);
        Assert.Equal("a", (await catalog.CardAsync("a")).Name);
    }
}
