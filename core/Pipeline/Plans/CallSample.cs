using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Plans;

/// <summary>What one finished stage call took, as its caller saw it.</summary>
/// <param name="Call">One of <see cref="StageNames"/>.</param>
/// <param name="ElapsedMs">From making it to its answer, in milliseconds: whatever its spans leave of this is the cost of the hop.</param>
/// <param name="Spans">Where the time went, from the start of the call.</param>
public sealed record CallSample(string Call, double ElapsedMs, IReadOnlyList<StageSpan> Spans)
{
    /// <summary>Pictures of the call; 0 where it made none.</summary>
    public int Pictures { get; init; }

    /// <summary>Of them, those that it super-resolved.</summary>
    public int Enhanced { get; init; }

    /// <summary>Their width before enhancement, in pixels.</summary>
    public int Width { get; init; }

    /// <summary>Their height before enhancement, in pixels.</summary>
    public int Height { get; init; }

    /// <summary>Denoising steps of the picture that took most; 0 where the call does not denoise.</summary>
    public int Steps { get; init; }

    /// <summary>Rows that they take of a batch; a guided picture takes two.</summary>
    public int Rows { get; init; }

    /// <summary>The host that did it, as its artifacts name it; null where they name none, or several.</summary>
    public string? Host { get; init; }

    /// <summary>A sample of a call; null where its answer was there already, so that it says nothing of what the work costs.</summary>
    /// <param name="call">One of <see cref="StageNames"/>.</param>
    /// <param name="input">The call's input.</param>
    /// <param name="output">Its output, with spans from the start of the call.</param>
    /// <param name="elapsedMs">From making it to its answer, in milliseconds.</param>
    public static CallSample? Of(string call, object input, StageOutput output, double elapsedMs)
    {
        var sample = new CallSample(call, elapsedMs, output.Spans);
        return (input, output) switch
        {
            (_, ChainOutput { Pictures: var made }) when made.Any(p => p.Found) => null,
            (_, EnhanceOutput { Pictures: var made }) when made.Any(p => p.Found) => null,
            (ChainInput chain, ChainOutput made) => sample.Denoising(chain.Pictures) with
            {
                Enhanced = chain.Pictures.Count(p => p.Enhance),
                Host = HostOf(made.Pictures.Select(p => p.Picture)),
            },
            (GenerateInput generate, GenerateOutput made) => sample.Denoising(generate.Pictures) with { Host = HostOf(made.Bases) },
            (EnhanceInput enhance, _) => sample.Holding(enhance.Pictures) with { Enhanced = enhance.Pictures.Count(p => p.Enhance) },
            (PrepareInput { Pictures: [var first, ..] pictures }, _) =>
                sample with { Pictures = pictures.Count, Width = first.Width, Height = first.Height },
            _ => sample,
        };
    }

    /// <summary>Denoising steps that a picture takes: of an input picture only so many are made as its strength says.</summary>
    internal static int StepsOf(bool image, int steps, float strength) => image ? Math.Max(1, (int)MathF.Ceiling(steps * strength)) : steps;

    private static string? HostOf(IEnumerable<ArtifactRef> made)
    {
        string?[] hosts = [.. made.Select(a => a.Host).Distinct()];
        return hosts is [var one] ? one : null;
    }

    private CallSample Denoising(IReadOnlyList<PictureSpec> pictures) => Holding(pictures) with
    {
        Steps = pictures.Max(p => StepsOf(p.Image is not null, p.Steps, p.Strength)),
        Rows = pictures.Sum(p => p.Guided ? 2 : 1),
    };

    private CallSample Holding(IReadOnlyList<PictureSpec> pictures) =>
        this with { Pictures = pictures.Count, Width = pictures[0].Width, Height = pictures[0].Height };
}
