using Xunit;

namespace Aigc.TestKit;

/// <summary>A fact that needs <see cref="RedisFixture"/>; skipped where Redis is not installed.</summary>
public sealed class RedisFactAttribute : FactAttribute
{
    public RedisFactAttribute() => Skip = RedisInstallation.Missing;
}
