using Xunit;

namespace Aigc.TestKit;

/// <summary>A fact that needs <see cref="AzuriteFixture"/>; skipped where Azurite is not installed.</summary>
public sealed class AzuriteFactAttribute : FactAttribute
{
    public AzuriteFactAttribute() => Skip = AzuriteInstallation.Missing;
}
