namespace Aigc.Standalone.Cli;

/// <summary>Where things are unless the command line says otherwise.</summary>
internal static class StandardFolders
{
    /// <summary>The model that ships with the project, beside the program.</summary>
    public static string Model => Path.Combine(AppContext.BaseDirectory, "models", "tiny-shapes");

    /// <summary>The user's own data folder, as the operating system has it.</summary>
    public static string Data
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Combine(home.Length > 0 ? home : Path.GetTempPath(), "aigc-functions");
        }
    }
}
