using Xunit;

namespace Aigc.TestKit;

/// <summary>A theory that needs <see cref="RedisFixture"/>; skipped where Redis is not installed.</summary>
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    public RedisTheoryAttribute() => Skip = RedisInstallation.Missing;
}
