using Xunit;

namespace Aigc.TestKit;

/// <summary>A theory that needs <see cref="OpenAiClient"/>; skipped where it is not installed.</summary>
public sealed class OpenAiClientTheoryAttribute : TheoryAttribute
{
    public OpenAiClientTheoryAttribute() => Skip = OpenAiClient.Missing;
}
