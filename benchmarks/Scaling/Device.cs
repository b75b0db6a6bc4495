namespace Aigc.Benchmarks.Scaling;

/// <summary>What a replica of gpu-host runs on, as figures to put in.</summary>
/// <param name="Name">As the profiles of <c>infra/</c> have it: <c>cpu</c>, <c>T4</c> or <c>A100</c>.</param>
/// <param name="StepBaseSeconds">What a denoising step takes, however few pictures share it.</param>
/// <param name="StepPictureSeconds">What each picture adds to it.</param>
/// <param name="Pictures">The most pictures that share a step.</param>
/// <param name="ColdSeconds">From the platform's decision to the first step: a node, the image, the model.</param>
/// <param name="PricePerHour">Of a replica with all that comes with it.</param>
/// <param name="Source">Where the figures are from.</param>
internal sealed record Device(
    string Name,
    double StepBaseSeconds,
    double StepPictureSeconds,
    int Pictures,
    double ColdSeconds,
    double PricePerHour,
    string Source)
{
    /// <summary>The devices of the profiles. Only the first was ever measured; the others are to be replaced by your own.</summary>
    public static IReadOnlyList<Device> All { get; } =
    [
        new("cpu", 0.0015, 0.0040, 8, 25, 0.43, "steps measured on two cores with the shipped model, 128x128; the rest assumed"),
        new("T4", 0.0200, 0.0950, 8, 60, 1.60, "all assumed: Stable Diffusion 1.5, 512x512, guided, fp16"),
        new("A100", 0.0150, 0.0200, 8, 75, 6.40, "all assumed: Stable Diffusion 1.5, 512x512, guided, fp16"),
    ];

    /// <summary>What a step takes that so many pictures share.</summary>
    public double StepSeconds(int pictures) => StepBaseSeconds + StepPictureSeconds * pictures;

    /// <summary>Pictures of so many steps that a replica finishes in an hour at best.</summary>
    public double PicturesPerHour(int steps) => 3600 / (steps * StepSeconds(Pictures)) * Pictures;
}
