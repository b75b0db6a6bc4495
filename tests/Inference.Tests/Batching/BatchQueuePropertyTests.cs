using Aigc.Inference.Batching;
using Aigc.Inference.Costs;
using Aigc.Inference.Models;
using Aigc.Inference.Tests.Models;
using Xunit.Abstractions;

namespace Aigc.Inference.Tests.Batching;

/// <summary>Random queues against the rules as they are written, worked out the slow way.</summary>
public sealed class BatchQueuePropertyTests(ITestOutputHelper output) : IDisposable
{
    private const long TicksPerSecond = 1_000_000;

    private readonly FakeModelRoot _root = new("one");

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void NextBatch_RandomQueue_FollowsTheRulesAtEveryStep(int seed)
    {
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var model = new LoadedModel(_root.Folder("one"), new FakeNetworks());
        var options = new BatchingOptions { MaxRows = random.Next(2, 12), MaxStandstillSeconds = .2 };
        var costs = new CostModel();
        foreach (var size in (int[])[16, 24, 32])
        {
            for (var row = 1; row <= options.MaxRows; row++)
                costs.LearnStep("one", model.Shape(size, size), row, .002 * row);
        }

        var queue = new BatchQueue(options, costs, TicksPerSecond);
        var here = new List<BatchEntry>();
        var served = new Dictionary<BatchKey, double>();
        for (var (turn, now) = (0, 0L); turn < 400; turn++)
        {
            for (var arrivals = random.Next(here.Count > 40 ? 2 : 5); arrivals > 0; arrivals--)
            {
                var size = 8 * random.Next(2, 5);
                var picture = FakeModelRoot.Picture(steps: random.Next(1, 30), guidance: random.Next(1, 3), size: size);
                var entry = new BatchEntry(
                    model, model.CreateJob(picture), now + arrivals, random.Next(4) == 0 ? now + random.Next(1, 500_000) : long.MaxValue);
                if (!here.Any(other => other.Key == entry.Key))
                    served[entry.Key] = here.Count == 0
                        ? served.Values.DefaultIfEmpty().Max()
                        : here.Select(other => served[other.Key]).Min();
                here.Add(entry);
                queue.Add(entry);
            }

            if (here.Count > 0 && random.Next(5) == 0)
                Leave(here[random.Next(here.Count)]);
            var batch = queue.NextBatch(now).ToArray();
            Check(here, served, batch, options, now);
            if (batch.Length == 0)
                continue;
            var rows = batch.Sum(entry => entry.Job.Rows);
            now += 2000 * rows;
            served[batch[0].Key] += .002 * rows;
            queue.Stepped(.002 * rows, now);
            foreach (var entry in batch)
            {
                entry.Job.CountStep();
                if (entry.Job.Done)
                    Leave(entry);
            }
        }

        void Leave(BatchEntry entry)
        {
            here.Remove(entry);
            Assert.True(queue.Remove(entry));
        }
    }

    private static void Check(
        List<BatchEntry> here, Dictionary<BatchKey, double> served, BatchEntry[] batch, BatchingOptions options, long now)
    {
        if (here.Count == 0)
        {
            Assert.Empty(batch);
            return;
        }

        var key = Assert.Single(batch.Select(entry => entry.Key).Distinct());
        var first = here.Where(entry => IsUrgent(entry, now)).MinBy(entry => entry.Deadline);
        if (first is not null)
            Assert.Contains(here, entry => entry.Key == key && IsUrgent(entry, now) && entry.Deadline == first.Deadline);
        else
            Assert.Equal(here.Min(entry => served[entry.Key]), served[key], 1e-9);

        BatchEntry[] group = [.. here.Where(entry => entry.Key == key)];
        Assert.Equal(Expected(group, options, now).Select(Describe), batch.Select(Describe));
        var free = options.MaxRows - batch.Sum(entry => entry.Job.Rows);
        Assert.DoesNotContain(group.Except(batch), entry => entry.Job.Rows <= free);
    }

    private static List<BatchEntry> Expected(BatchEntry[] group, BatchingOptions options, long now)
    {
        var chosen = new List<BatchEntry>();
        var urgent = group.Where(entry => IsUrgent(entry, now)).OrderBy(entry => entry.Deadline).ThenBy(entry => entry.ArrivedAt).ToArray();
        var standing = group.Except(urgent).Where(entry => now - entry.MovedAt > options.MaxStandstillSeconds * TicksPerSecond)
            .OrderBy(entry => entry.MovedAt).ThenBy(entry => entry.ArrivedAt).ToArray();
        var rest = group.Except(urgent).Except(standing).OrderBy(entry => entry.RowStepsLeft).ThenBy(entry => entry.ArrivedAt).ToArray();
        Take(urgent, options.MaxRows);
        Take(standing, Math.Max(2, options.MaxRows / 2));
        Take(rest, options.MaxRows);
        Take(standing, options.MaxRows);
        return chosen;

        void Take(BatchEntry[] entries, int atMost)
        {
            var left = Math.Min(atMost, options.MaxRows - chosen.Sum(entry => entry.Job.Rows));
            foreach (var entry in entries.Except(chosen).ToArray().Where(entry => entry.Job.Rows <= left))
            {
                // Checked again: what was taken since may have left less.
                if (entry.Job.Rows > left)
                    continue;
                chosen.Add(entry);
                left -= entry.Job.Rows;
            }
        }
    }

    // Alone, a step of a picture takes 2 ms for each of its rows; urgent while less than twice what is left is available.
    private static bool IsUrgent(BatchEntry entry, long now) =>
        entry.Deadline != long.MaxValue && entry.Deadline - now < 2 * 2000 * entry.RowStepsLeft;

    // For a failure that can be read.
    private static (int Rows, int Left, long Arrived, long Moved, long Deadline) Describe(BatchEntry entry) =>
        (entry.Job.Rows, entry.RowStepsLeft, entry.ArrivedAt, entry.MovedAt, entry.Deadline);
}
