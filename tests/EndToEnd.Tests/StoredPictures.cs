namespace Aigc.EndToEnd.Tests;

/// <summary>Tells a test when a store has so many finished pictures, whoever writes them.</summary>
internal sealed class StoredPictures : IDisposable
{
    // Long past any run here: a job that hangs fails the test.
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(3);

    private readonly string _folder;
    private readonly FileSystemWatcher _watcher;

    /// <param name="store">The store's folder; made where it is not there.</param>
    public StoredPictures(string store)
    {
        _folder = Directory.CreateDirectory(Path.Combine(store, "pictures")).FullName;
        _watcher = new FileSystemWatcher(_folder) { IncludeSubdirectories = true, EnableRaisingEvents = true };
    }

    public int Count => Directory.GetFiles(_folder, "*.png", SearchOption.AllDirectories).Length;

    /// <summary>Waits until there are that many, while the job that makes them goes on.</summary>
    public async Task ReachAsync(int count, Task<StandaloneProcess.Run> job)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        // Counted afresh at each event: those of a folder that is new itself may be missed.
        void Look(object? sender, FileSystemEventArgs? e)
        {
            if (Count >= count)
                reached.TrySetResult();
        }

        _watcher.Created += Look;
        _watcher.Renamed += Look;
        try
        {
            Look(null, null);
            await Task.WhenAny(reached.Task, job).WaitAsync(_limit);
            if (job.IsCompleted)
                Assert.Fail($"the job ended before the store had {count} pictures: {await job}");
        }
        finally
        {
            _watcher.Created -= Look;
            _watcher.Renamed -= Look;
        }
    }

    public void Dispose() => _watcher.Dispose();
}
