using System.Text.Json;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

public sealed class BadInputTests : StandaloneTest
{
    private const string Prompt = "a red circle";

    [Theory]
    [InlineData("the prompt is empty: say what the picture shows", "")]
    [InlineData("n 0 is below 1", Prompt, "--n", "0")]
    [InlineData("width 100 is not a multiple of 8: the nearest is 104", Prompt, "--size", "100x128")]
    [InlineData("size 'big' is not two numbers: write it as 128x128", Prompt, "--size", "big")]
    [InlineData(
        "scheduler 'foo' is unknown; known: ddim, pndm, euler, euler_ancestral, dpmpp_2m, dpmpp_2m_karras, lcm",
        Prompt, "--scheduler", "foo")]
    [InlineData("steps 0 is below 1", Prompt, "--steps", "0")]
    [InlineData("no prompt is given", "--n", "2")]
    [InlineData("--enhance and --no-enhance exclude each other: give one", Prompt, "--enhance", "--no-enhance")]
    [InlineData("prompts file '/nowhere/p.txt' does not exist", "--prompts", "/nowhere/p.txt")]
    [InlineData("--format 'gif' is unknown; known: png, jpeg, webp", Prompt, "--format", "gif")]
    [InlineData("--plan 'whole' is unknown; known: fused, split, staged", Prompt, "--plan", "whole")]
    [InlineData("--n 'many' is not a number that fits", Prompt, "--n", "many")]
    [InlineData("--seed '99999999999999999999' is not a number that fits", Prompt, "--seed", "99999999999999999999")]
    [InlineData("seed -5 is not between 0 and 9223372036854775743", Prompt, "--seed", "-5")]
    [InlineData("host 'a:1' is not an address: write it as http://name:port", Prompt, "--hosts", "http://b:1,a:1")]
    [InlineData("host source 'dns:///gpu' is not a name and a port: write it as dns:///name:port", Prompt, "--hosts", "dns:///gpu")]
    [InlineData("host source 'file:' names no file: write it as file:PATH", Prompt, "--hosts", "file:")]
    [InlineData("image '/nowhere/a.png' does not exist: name a PNG, JPEG or WebP file", Prompt, "--image", "/nowhere/a.png")]
    [InlineData("--strength 'half' is not a number that fits", Prompt, "--strength", "half")]
    [InlineData("strength is given without an image: name one, or leave strength out", Prompt, "--strength", "0.5")]
    [InlineData("option '--colour' is unknown", Prompt, "--colour", "red")]
    [InlineData("option '--json' is unknown", Prompt, "--negative", "--json")]
    public async Task Argument_Bad_IsNamedInOneErrorAndExitsWith2(string message, params string[] arguments)
    {
        var run = await RunAsync(arguments);
        Assert.Equal(2, run.ExitCode);
        AssertOneError(run, message);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Arguments_SeveralFaults_AreAllReported()
    {
        var run = await RunAsync(Prompt, "--n", "0", "--steps", "0");
        AssertOneError(run, "n 0 is below 1; steps 0 is below 1");
    }

    [Fact]
    public async Task Model_MissingFolder_IsNamed()
    {
        var run = await RunAsync(Prompt, "--model", "/nowhere/model");
        Assert.Equal(1, run.ExitCode);
        AssertOneError(run, "model folder '/nowhere/model' does not exist: name the folder that holds model_index.json");
    }

    [Fact]
    public async Task Model_LacksFiles_NamesThem()
    {
        var model = CopyOfModel();
        File.Delete(Path.Combine(model, "unet", "model.onnx"));
        File.Delete(Path.Combine(model, "tokenizer", "merges.txt"));
        AssertOneError(await RunAsync(Prompt, "--model", model), $"model folder '{model}' lacks tokenizer/merges.txt, unet/model.onnx");
    }

    [Theory]
    [InlineData("unet/model.onnx")]
    [InlineData("vae_decoder/model.onnx")]
    [InlineData("enhance/model.onnx")]
    [InlineData("tokenizer/vocab.json")]
    [InlineData("scheduler/scheduler_config.json")]
    [InlineData("model_index.json")]
    public async Task Model_FileIsCutShort_NamesIt(string file)
    {
        var path = Path.Combine(CopyOfModel(), file);
        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]);
        var run = await RunAsync(Prompt, "--model", Folder.Combine("model"));
        Assert.Equal(1, run.ExitCode);
        AssertOneError(run, path);
    }

    [Fact]
    public async Task Scheduler_UnknownBetaSchedule_NamesKeyAndValue()
    {
        var path = Path.Combine(CopyOfModel(), "scheduler", "scheduler_config.json");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("scaled_linear", "sideways", StringComparison.Ordinal));
        var run = await RunAsync(Prompt, "--model", Folder.Combine("model"));
        Assert.Equal(1, run.ExitCode);
        AssertOneError(run, "beta_schedule");
        Assert.Contains("sideways", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompt_Over77Tokens_IsTruncatedWithAWarningThatSaysWhere()
    {
        var prompt = "a red circle on a blue background " + string.Concat(Enumerable.Repeat("and a star ", 40)) + "at last";
        var run = await RunAsync(prompt, "--seed", "1", "--steps", "1", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warning: the prompt has 174 tokens, the model reads 77: from character 222 on it was not read (\"", run.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Single(Images(json.RootElement));
        Assert.Single(json.RootElement.GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task Artifact_BytesWereChanged_IsNeverShownAndTheMendIsNamed()
    {
        await JsonAsync(Prompt, "--seed", "1", "--steps", "1");
        var stored = Assert.Single(Directory.GetFiles(Path.Combine(Data, "artifacts", "pictures"), "*.png", SearchOption.AllDirectories));
        var bytes = await File.ReadAllBytesAsync(stored);
        bytes[^20] ^= 1;
        await File.WriteAllBytesAsync(stored, bytes);
        Directory.Delete(Out, recursive: true);

        var run = await RunAsync(Prompt, "--seed", "1", "--steps", "1");

        Assert.Equal(1, run.ExitCode);
        AssertOneError(run, stored);
        Assert.False(Directory.Exists(Out));
    }

    [SmallDiskFact]
    public async Task Disk_Full_IsNamedAndWhatWasMadeIsKept()
    {
        using var disk = new SmallDisk("size=600k");
        string[] arguments = [Prompt, "--seed", "1", "--n", "64", "--steps", "1", "--no-enhance", "--data", disk.Path, "--out", Out];
        var run = await StandaloneProcess.RunAsync(arguments);
        Assert.Equal(1, run.ExitCode);
        AssertOneError(run, disk.Path);
        Assert.Contains("free some", run.Error, StringComparison.Ordinal);
        var made = Directory.GetFiles(disk.Path, "*.png.ref", SearchOption.AllDirectories).Length;
        Assert.InRange(made, 1, 63);

        disk.Remount("size=8m");
        var again = await StandaloneProcess.RunAsync([.. arguments, "--json"]);
        Assert.Equal(0, again.ExitCode);
        using var json = JsonDocument.Parse(again.Output);
        Assert.Equal(64, Images(json.RootElement).Length);
        Assert.InRange(Images(json.RootElement).Count(i => i.GetProperty("found").GetBoolean()), made, 64);
    }

    [Fact]
    public async Task Out_IsAFile_NamesTheFolderAndKeepsThePicture()
    {
        await File.WriteAllTextAsync(Out, "in the way");
        var run = await RunAsync(Prompt, "--seed", "1", "--steps", "1");
        Assert.Equal(1, run.ExitCode);
        AssertOneError(run, $"pictures cannot be written to '{Out}'");
        File.Delete(Out);
        Assert.True(Images(await JsonAsync(Prompt, "--seed", "1", "--steps", "1"))[0].GetProperty("found").GetBoolean());
    }

    [Fact]
    public async Task Image_IsNoPicture_IsRefusedBeforeAModelIsOpened()
    {
        var file = Folder.Combine("a.png");
        await File.WriteAllTextAsync(file, "<svg/>");
        var run = await RunAsync(Prompt, "--image", file, "--model", "/nowhere/model");
        Assert.Equal(2, run.ExitCode);
        AssertOneError(run, $"image '{file}' is neither PNG, JPEG nor WebP: convert it to one of them");
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Image_TooLong_IsRefusedByItsLength()
    {
        var file = Folder.Combine("a.png");
        await using (var stream = File.Create(file))
            stream.SetLength((64 << 20) + 1);
        var run = await RunAsync(Prompt, "--image", file);
        Assert.Equal(2, run.ExitCode);
        AssertOneError(run, $"image '{file}' has 67108865 bytes, above the 67108864 that are taken: make it smaller");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "no host takes the call: http://127.0.0.1:1 (connection refused): start one, or give other addresses")]
    [InlineData("http://nowhere.invalid:1", "no host takes the call: http://nowhere.invalid:1 (its name is not known)")]
    public async Task Hosts_NoneAnswers_AreNamedAndNoModelIsOpened(string hosts, string message)
    {
        var run = await RunAsync(Prompt, "--hosts", hosts, "--model", "sdxl");
        Assert.Equal(1, run.ExitCode);
        AssertOneError(run, message);
    }

    [Fact]
    public async Task Json_Fault_IsStillOneObject()
    {
        var run = await RunAsync(Prompt, "--n", "0", "--json");
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal(("BadRequest", "n 0 is below 1"), (Text(json.RootElement.GetProperty("error"), "kind"), Text(json.RootElement.GetProperty("error"), "message")));
    }

    private static void AssertOneError(StandaloneProcess.Run run, string message)
    {
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Error.Split('\n').Count(line => line.StartsWith("error: ", StringComparison.Ordinal)));
    }

    private string CopyOfModel()
    {
        var from = Path.Combine(AppContext.BaseDirectory, "models", "tiny-shapes");
        var to = Folder.Combine("model");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return to;
    }
}
