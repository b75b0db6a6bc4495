using Aigc.Inference.Models;
using Aigc.Inference.Stages;
using Aigc.Inference.Tests.Tokenization;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Models;

/// <summary>A model root of folders that read as models; their graphs hold a byte for each byte that the model is to weigh.</summary>
internal sealed class FakeModelRoot : IDisposable
{
    private readonly TempFolder _root = new();

    public FakeModelRoot(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            Add(name);
    }

    public string Path => _root.Path;

    public void Add(string name, int weightBytes = 3000, string schedulerConfig = """{ "clip_sample": false, "steps_offset": 1 }""")
    {
        using var vocabulary = new TinyVocabulary();
        Write(name, "model_index.json", "{}");
        Write(name, "scheduler/scheduler_config.json", schedulerConfig);
        foreach (var file in (string[])["vocab.json", "merges.txt"])
            Write(name, $"tokenizer/{file}", File.ReadAllText(System.IO.Path.Combine(vocabulary.Folder, file)));
        foreach (var part in (string[])["text_encoder", "unet", "vae_decoder"])
            Write(name, $"{part}/model.onnx", new string('x', weightBytes / 3));
        Write(name, "vae_encoder/model.onnx", "");
        Write(name, "enhance/model.onnx", "");
        Write(name, "enhance/config.json", """{ "upscale": 2 }""");
    }

    public ModelFolder Folder(string name) => ModelFolder.Open(_root.Combine(name));

    public ModelCatalog Open() => ModelCatalog.Open(_root.Path);

    /// <summary>What decides a picture of 8 x 8 pixels for each cell of its latent.</summary>
    public static PictureSettings Picture(
        long seed = 1, int steps = 4, float guidance = 1, string scheduler = "ddim", int size = 16, float prompt = .5f) =>
        new(new[] { prompt }, new[] { -.25f }, size, size, steps, guidance, seed, scheduler);

    public void Dispose() => _root.Dispose();

    private void Write(string name, string file, string text)
    {
        var path = _root.Combine(name, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
