using Xunit;

namespace Aigc.TestKit;

/// <summary>A fact that needs a <see cref="SmallDisk"/>; skipped where none can be had.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.Missing;
}
