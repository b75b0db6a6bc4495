using System.Text.RegularExpressions;
using Aigc.TestKit;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>The example of the README, as it stands there but for the address.</summary>
public sealed partial class ReadmeTests(ModelServer server) : IClassFixture<ModelServer>
{
    [OpenAiClientFact]
    public async Task Readme_JavaScriptExample_WritesThePicture()
    {
        using var folder = new TempFolder();
        var readme = await File.ReadAllTextAsync(RepositoryRoot.Combine("README.md"));
        var example = Example().Match(readme).Groups["lines"].Value;
        Assert.Contains("http://127.0.0.1:7071/", example, StringComparison.Ordinal);

        var printed = await OpenAiClient.RunLinesAsync(
            example.Replace("http://127.0.0.1:7071/", server.Address.ToString(), StringComparison.Ordinal), folder.Path);

        Assert.EndsWith("image_generation.completed 512x512\n", printed, StringComparison.Ordinal);
        Pictures.Decode(await File.ReadAllBytesAsync(folder.Combine("circle.png")), "png", 512, 512);
    }

    [GeneratedRegex("```js\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
