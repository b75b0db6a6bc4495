namespace Aigc.TestKit;

/// <summary>Where the checkout is that these tests were built in.</summary>
public static class RepositoryRoot
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>The folder that holds Aigc.Functions.sln.</summary>
    public static string Path => Found.Value;

    /// <summary>A path below it.</summary>
    public static string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Aigc.Functions.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"no Aigc.Functions.sln in or above {AppContext.BaseDirectory}");
    }
}
