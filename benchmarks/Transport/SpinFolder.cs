using Aigc.Standalone.Cli;

namespace Aigc.Benchmarks.Transport;

/// <summary>A copy of the shipped model's folder whose enhancer doubles a picture, as the services of bytes do.</summary>
internal static class SpinFolder
{
    /// <summary>How many times wider and higher enhancement makes a picture.</summary>
    public const int EnhanceFactor = 2;

    /// <param name="path">A folder to be made.</param>
    public static void Write(string path)
    {
        foreach (var file in Directory.EnumerateFiles(StandardFolders.Model, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(path, Path.GetRelativePath(StandardFolders.Model, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.WriteAllText(Path.Combine(path, "enhance", "config.json"), $$"""{"upscale": {{EnhanceFactor}}}""");
    }
}
