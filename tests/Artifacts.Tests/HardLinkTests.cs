using Aigc.TestKit;

namespace Aigc.Artifacts.Tests;

public sealed class HardLinkTests
{
    [Fact]
    public void TryCreate_FreeAndTakenNames_TakesOnlyTheFree()
    {
        using var folder = new TempFolder();
        var (first, second, name) = (folder.Combine("first"), folder.Combine("second"), folder.Combine("name"));
        File.WriteAllText(first, "first");
        File.WriteAllText(second, "second");

        var results = new[] { HardLink.TryCreate(first, name), HardLink.TryCreate(second, name) };

        Assert.Equal(OperatingSystem.IsWindows() ? [null, null] : [true, false], results);
        if (!OperatingSystem.IsWindows())
            Assert.Equal("first", File.ReadAllText(name));
    }

    [Fact]
    public void TryCreate_NoSuchFile_SaysThatItCannot()
    {
        using var folder = new TempFolder();

        Assert.Null(HardLink.TryCreate(folder.Combine("nothing"), folder.Combine("name")));
    }
}
