using Xunit;

namespace Aigc.TestKit;

/// <summary>A fact that needs <see cref="OpenAiClient"/>; skipped where it is not installed.</summary>
public sealed class OpenAiClientFactAttribute : FactAttribute
{
    public OpenAiClientFactAttribute() => Skip = OpenAiClient.Missing;
}
