using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Plans;

/// <summary>Works out what a job comes to under a plan: its groups go, one after the other, to whichever host is free first.</summary>
/// <param name="costs">What stages and calls cost.</param>
/// <param name="generateMs">Compute queued on each host that generates, in milliseconds; one host or more.</param>
/// <param name="slowness">For each, how many times slower it is than the fastest.</param>
/// <param name="enhanceMs">Likewise on each host that only enhances; none where those that generate do it.</param>
/// <param name="jobsPerHost">
/// Jobs that a host has, on average: those that more work delays. For generating hosts, then for enhancing ones.
/// </param>
/// <param name="preferredBatch">Pictures that share a batch before a larger one gains nothing.</param>
internal sealed class PlanEstimator(
    StageCosts costs,
    IReadOnlyList<double> generateMs,
    IReadOnlyList<double> slowness,
    IReadOnlyList<double> enhanceMs,
    (double Generate, double Enhance) jobsPerHost,
    int preferredBatch)
{
    public PlanEstimate Estimate(JobShape shape, ChainPlan plan, int groupSize)
    {
        var run = new Run(generateMs, slowness, enhanceMs);
        foreach (var size in shape.Sizes)
        {
            var host = new Dictionary<int, int>();
            for (var first = 0; first < size.Pictures; first += groupSize)
            {
                var count = Math.Min(groupSize, size.Pictures - first);
                // In proportion: which pictures are enhanced, a shape does not say.
                var enhanced = (int)Math.Round((double)size.Enhanced * count / size.Pictures);
                if (plan == ChainPlan.Fused)
                    Fused(run, host, size, count, enhanced);
                else
                    Cut(run, host, size, count, enhanced, plan);
            }
        }

        var delay = run.AddedGenerate.Sum() * jobsPerHost.Generate + run.AddedEnhance.Sum() * jobsPerHost.Enhance;
        return new PlanEstimate(plan, groupSize, run.CompletionMs, delay, run.AddedGenerate, run.AddedEnhance);
    }

    private void Fused(Run run, Dictionary<int, int> rows, SizeShape size, int count, int enhanced)
    {
        var host = Least(run.Generate);
        var (width, height) = (size.Width, size.Height);
        var beside = Prepared(size) + costs.UnderstandMs() + enhanced * costs.EnhanceMs(StageNames.RunChain, width, height);
        var end = run.AddGenerate(host, 0, beside + Denoised(rows, host, size, count), beside + Shared(size, count));
        run.End(end + costs.HopMs(StageNames.RunChain) + count * costs.AsideMs(StageNames.RunChain, width, height));
    }

    private void Cut(Run run, Dictionary<int, int> rows, SizeShape size, int count, int enhanced, ChainPlan plan)
    {
        var (width, height) = (size.Width, size.Height);
        var start = costs.HopMs(StageNames.Find);
        var host = Least(run.Generate);
        var early = Prepared(size) + costs.UnderstandMs();
        if (plan == ChainPlan.Staged)
            start += costs.HopMs(StageNames.Understand);
        var end = run.AddGenerate(host, start, early + Denoised(rows, host, size, count), early + Shared(size, count))
            + costs.HopMs(StageNames.Generate) + count * costs.AsideMs(StageNames.Generate, width, height);
        // What is not enhanced ends without another call where the plan is Split.
        if (plan == ChainPlan.Split && enhanced == 0)
        {
            run.End(end);
            return;
        }

        var work = enhanced * costs.EnhanceMs(StageNames.Enhance, width, height);
        var made = run.Enhance.Length > 0 ? run.AddEnhance(Least(run.Enhance), end, work) : run.AddGenerate(host, end, work, work);
        run.End(made + costs.HopMs(StageNames.Enhance) + count * costs.AsideMs(StageNames.Enhance, width, height));
    }

    private double Prepared(SizeShape size) => size.Images > 0 ? costs.PrepareMs(size.Width, size.Height) : 0;

    // Groups of one size that meet on a host share its batches: more rows cost what they add to a step.
    private double Denoised(Dictionary<int, int> rows, int host, SizeShape size, int count)
    {
        var most = Math.Max(1, preferredBatch) * size.RowsEach;
        var before = rows.GetValueOrDefault(host);
        var after = before + count * size.RowsEach;
        rows[host] = after;
        return size.Steps * (Steps(size, after, most) - Steps(size, before, most));
    }

    // What others have to wait for it: a busy host's batches are full, whichever jobs their rows are of.
    private double Shared(SizeShape size, int count)
    {
        var most = Math.Max(1, preferredBatch) * size.RowsEach;
        return size.Steps * costs.StepMs(size.Width, size.Height, most) * count * size.RowsEach / most;
    }

    private double Steps(SizeShape size, int rows, int most) =>
        rows / most * costs.StepMs(size.Width, size.Height, most)
        + (rows % most == 0 ? 0 : costs.StepMs(size.Width, size.Height, rows % most));

    private static int Least(double[] free) => Array.IndexOf(free, free.Min());

    private sealed class Run(IReadOnlyList<double> generate, IReadOnlyList<double> slowness, IReadOnlyList<double> enhance)
    {
        public double[] Generate { get; } = [.. generate];

        public double[] Enhance { get; } = [.. enhance];

        public double[] AddedGenerate { get; } = new double[generate.Count];

        public double[] AddedEnhance { get; } = new double[enhance.Count];

        public double CompletionMs { get; private set; }

        public void End(double ms) => CompletionMs = Math.Max(CompletionMs, ms);

        public double AddGenerate(int host, double start, double work, double shared) =>
            Add(Generate, AddedGenerate, host, start, work * slowness[host], shared * slowness[host]);

        public double AddEnhance(int host, double start, double work) => Add(Enhance, AddedEnhance, host, start, work, work);

        private static double Add(double[] free, double[] added, int host, double start, double work, double shared)
        {
            added[host] += shared;
            return free[host] = Math.Max(start, free[host]) + work;
        }
    }
}
