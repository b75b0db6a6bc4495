namespace Aigc.EndToEnd.Tests;

public sealed class CrashTests : StandaloneTest
{
    [Fact]
    public async Task Kill_MidJob_TheNextStartFinishesItAndMakesNoPictureTwice()
    {
        var pictures = Path.Combine(Data, "artifacts", "pictures");
        Directory.CreateDirectory(pictures);
        var stored = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(pictures, "*.png") { IncludeSubdirectories = true };
        watcher.Created += (_, _) => stored.TrySetResult();
        watcher.Renamed += (_, _) => stored.TrySetResult();
        watcher.EnableRaisingEvents = true;
        var killedOut = Folder.Combine("killed-out");
        using (var process = StandaloneProcess.Start(["a red circle", "a green heart", "--n", "32", "--seed", "1", "--data", Data, "--out", killedOut]))
        {
            await stored.Task.WaitAsync(TimeSpan.FromMinutes(2));
            process.Kill();
            await process.WaitForExitAsync();
        }

        var before = Directory.GetFiles(pictures, "*.png", SearchOption.AllDirectories).ToDictionary(f => f, File.GetLastWriteTimeUtc);
        Assert.InRange(before.Count, 1, 63);

        var run = await RunAsync("a blue cross", "--seed", "9", "--steps", "1");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Taking up 1 unfinished job", run.Output, StringComparison.Ordinal);
        Assert.Contains("64 of 64 pictures", run.Output, StringComparison.Ordinal);
        Assert.Equal(64, Directory.GetFiles(killedOut).Length);
        Assert.Equal(65, Directory.GetFiles(pictures, "*.png", SearchOption.AllDirectories).Length);
        Assert.All(before, f => Assert.Equal(f.Value, File.GetLastWriteTimeUtc(f.Key)));

        var again = await RunAsync("a blue cross", "--seed", "9", "--steps", "1");
        Assert.DoesNotContain("Taking up", again.Output, StringComparison.Ordinal);
    }
}
