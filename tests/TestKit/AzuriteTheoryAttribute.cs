using Xunit;

namespace Aigc.TestKit;

/// <summary>A theory that needs <see cref="AzuriteFixture"/>; skipped where Azurite is not installed.</summary>
public sealed class AzuriteTheoryAttribute : TheoryAttribute
{
    public AzuriteTheoryAttribute() => Skip = AzuriteInstallation.Missing;
}
