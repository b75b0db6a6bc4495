namespace Aigc.TestKit;

/// <summary>Whether pages can be driven on this machine: Chromium, and the rules of axe-core.</summary>
public static class ChromiumInstallation
{
    /// <summary>Debian's, which no package of ours brings.</summary>
    public const string Executable = "/usr/bin/chromium";

    /// <summary>axe-core, as npm puts it.</summary>
    public static string AxeScript => RepositoryRoot.Combine("tests", "axe", "node_modules", "axe-core", "axe.min.js");

    /// <summary>Why pages cannot be driven; null where they can.</summary>
    public static string? Missing { get; } =
        File.Exists(Executable) ? null : $"{Executable} is missing: run ./test.sh, or apt-get install chromium";

    /// <summary>Why pages cannot be held to axe's rules; null where they can.</summary>
    public static string? MissingAxe { get; } =
        Missing ?? (File.Exists(AxeScript) ? null : "axe-core is not installed: run ./test.sh or npm ci in tests/axe");
}
