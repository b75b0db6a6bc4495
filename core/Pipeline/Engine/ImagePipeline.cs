using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Engine;

/// <summary>The chain, written once for every engine.</summary>
public static class ImagePipeline
{
    /// <summary>Carries a job out.</summary>
    /// <param name="context">The engine's replay-safe surface.</param>
    /// <param name="job">A validated job whose seeds are drawn.</param>
    /// <returns>What was made, and what was not and why: a group of pictures that fails leaves the others alone.</returns>
    public static async Task<PipelineResult> RunAsync(IPipelineContext context, GenerationJob job)
    {
        var pictures = PictureSpec.Expand(job.Requests, context.Capabilities);
        var plan = await context.PlanAsync(job).ConfigureAwait(true);
        // Groups give way side by side.
        var gate = new Lock();
        var steps = pictures.Sum(p => p.Steps);
        context.SetPlan(plan, steps);
        void ChangeSteps(int by)
        {
            lock (gate)
                context.SetPlan(plan, steps += by);
        }

        GroupRun[] groups =
        [
            .. pictures
                .GroupBy(p => (p.Width, p.Height))
                .SelectMany(sameSize => sameSize.Chunk(plan.GroupSize))
                .Select(group => new GroupRun(context, group, job, ChangeSteps)),
        ];
        await Task.WhenAll(groups.Select(group => group.RunAsync(plan.Plan))).ConfigureAwait(true);
        return new PipelineResult(
            [.. groups.SelectMany(group => group.Pictures).OrderBy(p => p.Index)],
            [.. groups.SelectMany(group => group.Failures).OrderBy(f => f.Index)],
            plan,
            [
                .. groups.SelectMany(group => group.Truncated).Select(t => t.Message)
                    .Concat(groups.SelectMany(group => group.Pictures).SelectMany(p => p.Degraded ?? []).Select(d => d.Message))
                    .Distinct(),
            ],
            [.. groups.SelectMany(group => group.Spans)]);
    }
}
