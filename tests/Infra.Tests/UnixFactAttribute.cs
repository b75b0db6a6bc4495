namespace Aigc.Infra.Tests;

/// <summary>A fact that runs scripts of the shell.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "the hooks are scripts of a Unix shell" : null;
}
