using Aigc.Pipeline.Requests;

namespace Aigc.Pipeline.Plans;

/// <summary>What of a job decides its cost.</summary>
/// <param name="Sizes">Its pictures by size, as they are grouped.</param>
internal sealed record JobShape(IReadOnlyList<SizeShape> Sizes)
{
    public int Pictures => Sizes.Sum(size => size.Pictures);

    /// <summary>Jobs of one key are alike: what was chosen for one is kept for the next.</summary>
    public PlanKey Key => new(
        Sizes.Sum(size => (long)size.Width * size.Height * size.Pictures),
        Pictures,
        Sizes.Sum(size => size.Enhanced),
        (int)Math.Log2(Math.Max(1, Sizes.Max(size => size.Steps))));

    public static JobShape Of(GenerationJob job, EngineCapabilities capabilities)
    {
        var sizes = new Dictionary<(int Width, int Height), SizeShape>();
        foreach (var r in job.Requests)
        {
            var size = (Width: r.Width ?? capabilities.DefaultWidth, Height: r.Height ?? capabilities.DefaultHeight);
            var known = sizes.GetValueOrDefault(size, new SizeShape(size.Width, size.Height, 0, 0, 0, 1, 0));
            sizes[size] = known with
            {
                Pictures = known.Pictures + r.Count,
                Enhanced = known.Enhanced + (r.Enhance ?? capabilities.EnhanceFactor > 0 ? r.Count : 0),
                Steps = Math.Max(known.Steps, CallSample.StepsOf(
                    r.Image is not null, r.Steps ?? capabilities.DefaultSteps, r.Strength ?? PictureSpec.DefaultStrength)),
                RowsEach = Math.Max(known.RowsEach, (r.Guidance ?? capabilities.DefaultGuidance) > 1 ? 2 : 1),
                Images = known.Images + (r.Image is null ? 0 : 1),
            };
        }

        return new JobShape([.. sizes.Values]);
    }
}
