using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Models;
using Aigc.Inference.Tests.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Batching;

/// <summary>What the batcher learns of steps, on a clock that only they move.</summary>
public sealed class StepBatcherLearningTests : IAsyncDisposable
{
    private readonly FakeModelRoot _root = new("one");
    private readonly FakeNetworks _networks = new();
    private readonly LoadedModel _model;
    private readonly CostModel _costs = new();
    private readonly SteppedClock _clock = new();
    private readonly StepBatcher _batcher;

    public StepBatcherLearningTests()
    {
        _model = new LoadedModel(_root.Folder("one"), _networks);
        _batcher = new StepBatcher(new BatchingOptions { MaxRows = 8, MaxStepSeconds = .5 }, _costs, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _batcher.DisposeAsync();
        _model.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task DenoiseAsync_FirstRunOfEachRowCountIsSlow_IsNotLearnedAndLocksNoRowCountOut()
    {
        var seen = new HashSet<int>();
        await DenoiseAsync(pictures: 8, steps: 12, rows => seen.Add(rows) ? 10 : .001 * rows);
        Assert.Contains(8, seen);
        foreach (var rows in (int[])[4, 8])
            Assert.Equal(.001 * rows, _costs.StepSeconds("one", _model.Shape(16, 16), rows)!.Value, 1e-9);
    }

    [Fact]
    public async Task DenoiseAsync_TwoRowsTakeOverHalfOfTheLimit_FourAreTriedNowAndThenAndRunWhereTheyFit()
    {
        // In proportion four rows would take .6 s; the device does them in .32.
        var taken = await DenoiseAsync(pictures: 4, steps: 200, rows => rows == 1 ? .2 : .28 + (.01 * rows));
        Assert.Equal(4, taken.Max());
        Assert.InRange(taken.Count(rows => rows == 4), 100, 200);
    }

    [Fact]
    public async Task DenoiseAsync_FourRowsTakeTooLong_AreTriedEverMoreSeldom()
    {
        var taken = await DenoiseAsync(pictures: 4, steps: 900, rows => .2 * rows);
        int[] trials = [.. Enumerable.Range(0, taken.Count).Where(step => taken[step] > 2)];
        // The first trial is of two steps, since the denoiser's first run of so many rows is not learned from.
        Assert.Equal(1, trials[1] - trials[0]);
        Assert.Equal([128, 256, 512], trials[1..].Zip(trials[2..], (one, next) => next - one - 1).Take(3));
        Assert.All(taken, rows => Assert.InRange(rows, 1, 4));
    }

    /// <summary>Takes pictures of one row each through their steps; all are queued before the second step.</summary>
    /// <returns>The rows of each step.</returns>
    private async Task<List<int>> DenoiseAsync(int pictures, int steps, Func<int, double> secondsOf)
    {
        var taken = new List<int>();
        var held = new SyncPoint();
        _networks.Stepping = jobs =>
        {
            if (taken.Count == 0)
                held.WaitToContinue().GetAwaiter().GetResult();
            taken.Add(jobs.Count);
            _clock.Pass(secondsOf(jobs.Count));
        };
        var first = Denoise(seed: 0, steps);
        await held.WaitForSyncPoint();
        Task[] others = [.. Enumerable.Range(1, pictures - 1).Select(seed => Denoise(seed, steps))];
        held.Continue();
        await Task.WhenAll([first, .. others]);
        return taken;
    }

    private Task<DenoiseResult> Denoise(int seed, int steps) => _batcher.DenoiseAsync(
        _model, _model.CreateJob(FakeModelRoot.Picture(seed, steps)), long.MaxValue, new NotingObserver(), default);
}
