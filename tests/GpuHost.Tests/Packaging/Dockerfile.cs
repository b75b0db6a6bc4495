namespace Aigc.GpuHost.Tests.Packaging;

/// <summary>A Dockerfile below <c>gpu-host</c>, instruction by instruction.</summary>
internal sealed class Dockerfile
{
    private Dockerfile(IReadOnlyList<(string Word, string Text)> instructions) => Instructions = instructions;

    public IReadOnlyList<(string Word, string Text)> Instructions { get; }

    /// <summary>The instructions of the stage that the image is.</summary>
    public IEnumerable<(string Word, string Text)> Image =>
        Instructions.Skip(Instructions.ToList().FindLastIndex(static instruction => instruction.Word == "FROM"));

    /// <summary>What is copied out of the build context, in order, and where to.</summary>
    public IEnumerable<(string Source, string Destination)> Copied => Instructions
        .Where(static instruction => instruction.Word == "COPY" && !instruction.Text.Contains("--from=", StringComparison.Ordinal))
        .Select(static instruction => instruction.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .SelectMany(static words => words[..^1].Select(source => (source, words[^1])));

    /// <summary>What the image sets in its environment.</summary>
    public IReadOnlyDictionary<string, string> Environment => Image
        .Where(static instruction => instruction.Word == "ENV")
        .SelectMany(static instruction => instruction.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(static pair => pair.Split('=', 2))
        .ToDictionary(static pair => pair[0], static pair => pair[1]);

    public static Dockerfile Read(string name)
    {
        var lines = File.ReadLines(TestKit.RepositoryRoot.Combine("gpu-host", name)).Where(static line => !line.StartsWith('#'));
        return new Dockerfile([.. string.Join('\n', lines)
            .Replace("\\\n", "", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Split(' ', 2))
            .Select(static words => (words[0], words[1].Trim()))]);
    }

    /// <summary>The one instruction of the image that begins so.</summary>
    public string Only(string word) => Assert.Single(Image, instruction => instruction.Word == word).Text;

    /// <summary>The one command that has these words.</summary>
    public string Command(string words) => Assert.Single(
        Instructions, instruction => instruction.Word == "RUN" && instruction.Text.Contains(words, StringComparison.Ordinal)).Text;
}
