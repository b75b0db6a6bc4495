namespace Aigc.Infra.Tests;

/// <summary>A fact that needs the Bicep compiler.</summary>
internal sealed class BicepFactAttribute : FactAttribute
{
    public BicepFactAttribute() => Skip = BicepInstallation.Missing;
}
