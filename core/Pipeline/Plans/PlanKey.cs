namespace Aigc.Pipeline.Plans;

/// <summary>Which jobs are alike enough to share a choice.</summary>
/// <param name="Pixels">Over all pictures, before enhancement.</param>
/// <param name="Pictures">How many.</param>
/// <param name="Enhanced">Of them, those to be super-resolved.</param>
/// <param name="StepsLog">Denoising steps, as a power of two rounded down.</param>
internal readonly record struct PlanKey(long Pixels, int Pictures, int Enhanced, int StepsLog);
