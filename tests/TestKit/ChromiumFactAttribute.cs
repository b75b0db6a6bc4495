using Xunit;

namespace Aigc.TestKit;

/// <summary>A fact that needs Chromium; skipped where it is missing.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = ChromiumInstallation.Missing;
}
