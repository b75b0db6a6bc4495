using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Aigc.TestKit;

namespace Aigc.Inference.Client.Tests;

/// <summary>Remote stages over fake hosts behind real sockets.</summary>
public abstract class RemoteTest : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _hosts = [];
    private readonly List<RemoteStages> _stages = [];

    private protected TempFolder Folder { get; } = new();

    private protected SteppedTime Time { get; } = new();

    private protected Reports Progress { get; } = new();

    private protected FileArtifactStore Store => new(Folder.Path);

    public async ValueTask DisposeAsync()
    {
        _stages.ForEach(stages => stages.Dispose());
        foreach (var host in _hosts)
            await host.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<FakeHost> HostAsync(string digest = "d1", int port = 0)
    {
        var host = await FakeHost.StartAsync(digest, port);
        _hosts.Add(host);
        return host;
    }

    /// <summary>With no streams of load, so that a host is sent, and the clock asked for, nothing but what a call needs.</summary>
    private protected RemoteStages Stages(params FakeHost[] hosts) =>
        Stages(new RemoteStagesOptions { Hosts = [.. hosts.Select(h => h.Address)], Watch = false });

    /// <param name="options">The options.</param>
    /// <param name="exact">Whether waits are as long as they say, so that a test can wait for them.</param>
    private protected RemoteStages Stages(RemoteStagesOptions options, bool exact = true)
    {
        var stages = new RemoteStages(
            Store, exact ? options with { Resilience = options.Resilience with { Jitter = 0 } } : options, Time);
        _stages.Add(stages);
        return stages;
    }

    private protected static PictureSpec[] Pictures(int count) => [.. Enumerable.Range(0, count)
        .Select(i => new PictureSpec(i + 10, "a red circle", "gray", 128, 128, 4, 4, i, "ddim", true, OutputFormat.Png, 90))];

    private protected Task<ChainOutput> RunAsync(RemoteStages stages, int pictures = 1, CancellationToken cancellationToken = default) =>
        stages.RunChainAsync(new ChainInput(Pictures(pictures)), Progress, cancellationToken);

    /// <summary>Every advance that was reported.</summary>
    private protected sealed class Reports : IProgress<StageProgress>
    {
        private readonly Lock _gate = new();
        private readonly List<StageProgress> _all = [];
        private readonly List<(StageProgress AtLeast, TaskCompletionSource Reached)> _watchers = [];

        public IReadOnlyList<PreviewPicture> Previews
        {
            get
            {
                lock (_gate)
                    return [.. _all.SelectMany(p => p.Previews)];
            }
        }

        public StageProgress Sum
        {
            get
            {
                lock (_gate)
                    return new StageProgress(_all.Sum(p => p.Steps), _all.Sum(p => p.Pictures));
            }
        }

        public void Report(StageProgress value)
        {
            Assert.True(value.Steps >= 0 && value.Pictures >= 0);
            lock (_gate)
            {
                _all.Add(value);
                foreach (var (atLeast, reached) in _watchers)
                {
                    if (Reaches(atLeast))
                        reached.TrySetResult();
                }
            }
        }

        /// <summary>Completes once so much has been reported: what a host wrote has then come to its caller.</summary>
        public Task WaitFor(int steps, int pictures)
        {
            var watcher = (new StageProgress(steps, pictures), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            lock (_gate)
            {
                _watchers.Add(watcher);
                if (Reaches(watcher.Item1))
                    watcher.Item2.TrySetResult();
            }

            return watcher.Item2.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        private bool Reaches(StageProgress atLeast) =>
            _all.Sum(p => p.Steps) >= atLeast.Steps && _all.Sum(p => p.Pictures) >= atLeast.Pictures;
    }
}
