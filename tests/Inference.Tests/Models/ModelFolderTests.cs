using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Models;

public sealed class ModelFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public ModelFolderTests()
    {
        foreach (var file in new[] { "tokenizer/vocab.json", "tokenizer/merges.txt", "text_encoder/model.onnx", "unet/model.onnx", "vae_decoder/model.onnx" })
            Write(file, file);
        Write("model_index.json", "{}");
        Write("scheduler/scheduler_config.json", """{"_class_name": "DDIMScheduler"}""");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NoConfigs_HasStableDiffusionsDefaults()
    {
        var folder = Open();
        Assert.Equal((.18215f, null, 0, 20, 7.5f), (folder.ScalingFactor, folder.SampleSize, folder.EnhanceFactor, folder.DefaultSteps, folder.DefaultGuidance));
        Assert.Null(folder.Enhance);
        Assert.Equal("DDIMScheduler", folder.Scheduler.ClassName);
    }

    [Fact]
    public void Open_Configs_AreRead()
    {
        Write("vae_decoder/config.json", """{"scaling_factor": 0.13025}""");
        Write("unet/config.json", """{"sample_size": 128}""");
        Write("enhance/model.onnx", "");
        Write("enhance/config.json", """{"upscale": 2}""");
        Write("model_index.json", """{"_aigc": {"num_inference_steps": 4, "guidance_scale": 0}}""");
        var folder = Open();
        Assert.Equal((.13025f, 128, 2, 4, 0f), (folder.ScalingFactor, folder.SampleSize, folder.EnhanceFactor, folder.DefaultSteps, folder.DefaultGuidance));
    }

    [Fact]
    public void Prompts_OfTheFile_AreItsTextsAndNoPartOfTheDigest()
    {
        Assert.Empty(Open().Prompts);
        var before = Open().ComputeDigest();
        Write("model_index.json", """{"_aigc": {"prompts": ["a red circle", 7, " ", null, "a star"]}}""");
        Assert.Equal(["a red circle", "a star"], Open().Prompts);
        Assert.Equal(before, Open().ComputeDigest());
        Write("model_index.json", """{"_aigc": {"prompts": "a red circle"}}""");
        Assert.Empty(Open().Prompts);
        var many = string.Join(',', Enumerable.Range(0, 30).Select(i => $"\"{i}\""));
        Write("model_index.json", $$$"""{"_aigc": {"prompts": [{{{many}}}]}}""");
        Assert.Equal(24, Open().Prompts.Count);
    }

    [Fact]
    public void Open_OneTextEncoder_ForcesNoZerosUnlessToldTo()
    {
        var expected = new TextEncoderPart(_folder.Combine("text_encoder", "model.onnx"), _folder.Combine("tokenizer"), null);
        Assert.Equal([expected], Open().TextEncoders);
        Assert.False(Open().ForceZerosForEmptyPrompt);
        Write("model_index.json", """{"force_zeros_for_empty_prompt": true}""");
        Assert.True(Open().ForceZerosForEmptyPrompt);
    }

    [Fact]
    public void Open_TwoTextEncoders_AreThereInOrderAndForceZeros()
    {
        WriteSecondTextEncoder();
        Write("text_encoder_2/config.json", """{"num_hidden_layers": 32}""");
        var folder = Open();
        Assert.Equal([_folder.Combine("tokenizer"), _folder.Combine("tokenizer_2")], folder.TextEncoders.Select(part => part.Tokenizer));
        Assert.Equal([null, 32], folder.TextEncoders.Select(part => part.Layers));
        Assert.True(folder.ForceZerosForEmptyPrompt);
        Write("model_index.json", """{"force_zeros_for_empty_prompt": false}""");
        Assert.False(Open().ForceZerosForEmptyPrompt);
    }

    [Fact]
    public void Open_SecondTextEncoderWithoutTokenizer_NamesItsFiles()
    {
        Write("text_encoder_2/model.onnx", "");
        AssertBad("lacks tokenizer_2/merges.txt, tokenizer_2/vocab.json");
    }

    [Fact]
    public void VaeEncoder_Absent_IsNull()
    {
        Assert.Null(Open().VaeEncoder);
        Write("vae_encoder/model.onnx", "");
        Assert.Equal(_folder.Combine("vae_encoder", "model.onnx"), Open().VaeEncoder);
    }

    [Fact]
    public void MeasureGraphs_Folder_CountsGraphsAndWeightsAndNoOtherFile()
    {
        var before = Open().MeasureGraphs();
        Assert.Equal("text_encoder/model.onnx".Length + "unet/model.onnx".Length + "vae_decoder/model.onnx".Length, before);
        Write("unet/model.onnx_data", "12345");
        Write("unet/layer-7.weight", "123");
        Write("unet/model_fp16.onnx", "another export");
        Write("unet/config.json", "{}");
        Write("tokenizer/vocab.json", "{ }");
        Assert.Equal(before + 8, Open().MeasureGraphs());
    }

    [Theory]
    [InlineData("tokenizer_2/special_tokens_map.json")]
    [InlineData("text_encoder_2/model.onnx_data")]
    public void ComputeDigest_FileOfTheSecondTextEncoder_ChangesIt(string file)
    {
        WriteSecondTextEncoder();
        var before = Open().ComputeDigest();
        Write(file, "{}");
        Assert.NotEqual(before, Open().ComputeDigest());
    }

    [Fact]
    public void Open_FilesAreMissing_NamesAllOfThem()
    {
        File.Delete(_folder.Combine("unet", "model.onnx"));
        File.Delete(_folder.Combine("tokenizer", "merges.txt"));
        AssertBad("lacks tokenizer/merges.txt, unet/model.onnx");
    }

    [Fact]
    public void Open_NoFolder_SaysSo()
    {
        var fault = Assert.Throws<InferenceException>(() => ModelFolder.Open(_folder.Combine("none")));
        Assert.Contains("does not exist", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model_index.json")]
    [InlineData("unet/config.json")]
    [InlineData("vae_decoder/config.json")]
    public void Open_ConfigIsNoJson_NamesIt(string file)
    {
        Write(file, "{");
        AssertBad($"'{_folder.Combine(file)}' is no JSON");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"upscale": 0}""")]
    [InlineData("""{"upscale": "four"}""")]
    public void Open_EnhancerDoesNotSayItsFactor_NamesTheKey(string config)
    {
        Write("enhance/model.onnx", "");
        Write("enhance/config.json", config);
        AssertBad("add \"upscale\", from 1 to 16");
    }

    [Fact]
    public void ComputeDigest_AnyFileThatDecidesAPicture_ChangesIt()
    {
        var before = Open().ComputeDigest();
        Assert.Equal(before, Open().ComputeDigest());
        Write("README.md", "words");
        Assert.Equal(before, Open().ComputeDigest());
        Write("unet/weights.bin", "external data");
        var external = Open().ComputeDigest();
        Assert.NotEqual(before, external);
        Write("unet/weights.bin", "external dat4");
        Assert.NotEqual(external, Open().ComputeDigest());
    }

    private ModelFolder Open() => ModelFolder.Open(_folder.Path);

    private void WriteSecondTextEncoder()
    {
        foreach (var file in new[] { "tokenizer_2/vocab.json", "tokenizer_2/merges.txt", "text_encoder_2/model.onnx" })
            Write(file, file);
    }

    private void AssertBad(string message)
    {
        var fault = Assert.Throws<InferenceException>(Open);
        Assert.Equal(InferenceFault.BadModel, fault.Kind);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private void Write(string file, string content)
    {
        var path = _folder.Combine(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
