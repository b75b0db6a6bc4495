namespace Aigc.Infra.Tests;

/// <summary>A theory that needs the Bicep compiler.</summary>
internal sealed class BicepTheoryAttribute : TheoryAttribute
{
    public BicepTheoryAttribute() => Skip = BicepInstallation.Missing;
}
