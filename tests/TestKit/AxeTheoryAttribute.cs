using Xunit;

namespace Aigc.TestKit;

/// <summary>A theory that needs Chromium and axe-core; skipped where one is missing.</summary>
public sealed class AxeTheoryAttribute : TheoryAttribute
{
    public AxeTheoryAttribute() => Skip = ChromiumInstallation.MissingAxe;
}
