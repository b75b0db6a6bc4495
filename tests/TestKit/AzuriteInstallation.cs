namespace Aigc.TestKit;

/// <summary>Whether Azurite can be started on this machine, and how.</summary>
public static class AzuriteInstallation
{
    /// <summary>Why it cannot be; null where it can.</summary>
    public static string? Missing { get; } =
        NodeInstallation.Node is not null
        && File.Exists(RepositoryRoot.Combine("tests", "azurite", "node_modules", "azurite", "package.json"))
            ? null
            : "Azurite is not installed: run ./test.sh or npm ci in tests/azurite";

    internal static string Script => RepositoryRoot.Combine("tests", "azurite", "start.js");
}
