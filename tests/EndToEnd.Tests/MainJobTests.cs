using System.Security.Cryptography;
using System.Text;
using Aigc.Inference.Imaging;

namespace Aigc.EndToEnd.Tests;

public sealed class MainJobTests : StandaloneTest
{
    private const string Prompt = "three green stars on a black background";

    [Fact]
    public async Task Prompt_Alone_MakesThePictureThatIsAskedFor()
    {
        var report = await JsonAsync(Prompt, "--seed", "1");

        var image = Assert.Single(Images(report));
        var bytes = await File.ReadAllBytesAsync(Text(image, "path"));
        Assert.Equal(Text(image, "sha256"), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal((1, 512, 512), (image.GetProperty("seed").GetInt64(), image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32()));
        Assert.StartsWith(Out, Text(image, "path"), StringComparison.Ordinal);
        Assert.Equal("fused", Text(report, "plan"));

        var picture = PictureDecoder.Decode(bytes);
        Assert.Equal((512, 512), (picture.Width, picture.Height));
        Assert.InRange(ShareOf(picture, 14, 14, 16), .6, .97);
        Assert.InRange(ShareOf(picture, 35, 155, 60), .04, .35);

        var text = Encoding.Latin1.GetString(bytes);
        Assert.Contains($"parameters\0{Prompt}\nSteps: 20, Sampler: DDIM, CFG scale: ", text, StringComparison.Ordinal);
        Assert.Contains("Seed: 1, Size: 128x128", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_FreshPicture_AddsUp()
    {
        var report = await JsonAsync(Prompt, "--seed", "1");
        string[] parts = ["queueMs", "loadMs", "understandMs", "prepareMs", "generateMs", "enhanceMs", "encodeMs", "storeMs", "overheadMs"];
        Assert.Equal(Ms(report, "totalMs"), parts.Sum(part => Ms(report, part)), 1e-6);
        Assert.Equal(Ms(report, "computeMs"), Ms(report, "understandMs") + Ms(report, "prepareMs") + Ms(report, "generateMs") + Ms(report, "enhanceMs"), 1e-6);
        Assert.All(["understandMs", "generateMs", "enhanceMs", "encodeMs", "storeMs"], part => Assert.True(Ms(report, part) > 0, part));
    }

    [Fact]
    public async Task Prompt_AskedAgain_IsFoundAndNotComputed()
    {
        var first = Assert.Single(Images(await JsonAsync(Prompt, "--seed", "7")));
        var report = await JsonAsync(Prompt, "--seed", "7");
        var again = Assert.Single(Images(report));
        Assert.Equal((Text(first, "path"), Text(first, "sha256")), (Text(again, "path"), Text(again, "sha256")));
        Assert.Equal((false, true), (first.GetProperty("found").GetBoolean(), again.GetProperty("found").GetBoolean()));
        Assert.Equal(0, Ms(report, "computeMs"));
        Assert.Single(Directory.GetFiles(Out));
    }

    [Theory]
    [InlineData("split")]
    [InlineData("staged")]
    public async Task Plan_OtherThanFusedOrInABatch_IsTheSamePicture(string plan)
    {
        var fused = await JsonAsync(Prompt, "--seed", "3", "--n", "2", "--plan", "fused");
        Directory.Delete(Data, recursive: true);
        var other = await JsonAsync(Prompt, "--seed", "3", "--n", "2", "--plan", plan);
        Directory.Delete(Data, recursive: true);
        var batch = await JsonAsync("a blue cross", Prompt, "a small heart", "--seed", "3", "--plan", plan);

        Assert.Equal(plan, Text(other, "plan"));
        Assert.Equal(Images(fused).Select(i => Text(i, "sha256")), Images(other).Select(i => Text(i, "sha256")));
        Assert.Equal(Text(Images(fused)[0], "sha256"), Text(Images(batch)[1], "sha256"));
    }

    [Fact]
    public async Task Prompts_GivenAndFromAFile_ComeBackInOrder()
    {
        var file = Folder.Combine("prompts.txt");
        await File.WriteAllTextAsync(file, "a blue cross\n\na white circle on a red background\n");
        var report = await JsonAsync("a green heart", "--prompts", file, "--no-enhance", "--seed", "5", "--n", "2", "--steps", "2");
        Assert.Equal(
            ["a-green-heart-5.png", "a-green-heart-6.png", "a-blue-cross-5.png", "a-blue-cross-6.png", "a-white-circle-on-a-red-background-5.png", "a-white-circle-on-a-red-background-6.png"],
            Images(report).Select(i => Path.GetFileName(Text(i, "path"))));
        Assert.All(Images(report), i => Assert.Equal(128, i.GetProperty("width").GetInt32()));
    }

    [Fact]
    public async Task Settings_Differ_PicturesLieSideBySide()
    {
        var one = Assert.Single(Images(await JsonAsync(Prompt, "--seed", "1", "--no-enhance", "--steps", "2")));
        var two = Assert.Single(Images(await JsonAsync(Prompt, "--seed", "1", "--no-enhance", "--steps", "3", "--scheduler", "euler")));
        Assert.Equal("three-green-stars-on-a-black-background-1-2.png", Path.GetFileName(Text(two, "path")));
        Assert.NotEqual(Text(one, "sha256"), Text(two, "sha256"));
    }

    [Theory]
    [InlineData("jpeg", ".jpg")]
    [InlineData("webp", ".webp")]
    public async Task Format_Lossy_IsThatFormat(string format, string extension)
    {
        var image = Assert.Single(Images(await JsonAsync(Prompt, "--seed", "1", "--format", format, "--size", "64x96", "--steps", "2")));
        Assert.EndsWith(extension, Text(image, "path"), StringComparison.Ordinal);
        var picture = PictureDecoder.Decode(await File.ReadAllBytesAsync(Text(image, "path")));
        Assert.Equal((256, 384), (picture.Width, picture.Height));
    }

    [Fact]
    public async Task Prompt_ForPeople_PrintsTheFileAndTheLedger()
    {
        var run = await RunAsync(Prompt, "--seed", "1", "--steps", "2");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(Path.Combine(Out, "three-green-stars-on-a-black-background-1.png") + "  512x512  seed 1", run.Output, StringComparison.Ordinal);
        Assert.All(["queue", "understand", "generate", "enhance", "encode", "store", "chain overhead", "total"], row => Assert.Contains(row, run.Output, StringComparison.Ordinal));
    }

    /// <summary>The share of pixels within 60 of a colour, over the three channels together.</summary>
    private static double ShareOf(Picture picture, int red, int green, int blue)
    {
        var rgba = picture.Rgba.Span;
        var near = 0;
        for (var i = 0; i < rgba.Length; i += 4)
        {
            if (Math.Abs(rgba[i] - red) + Math.Abs(rgba[i + 1] - green) + Math.Abs(rgba[i + 2] - blue) < 60)
                near++;
        }

        return near / (double)(picture.Width * picture.Height);
    }
}
