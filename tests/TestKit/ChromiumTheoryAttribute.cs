using Xunit;

namespace Aigc.TestKit;

/// <summary>A theory that needs Chromium; skipped where it is missing.</summary>
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = ChromiumInstallation.Missing;
}
