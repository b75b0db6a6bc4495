using System.Globalization;
using Aigc.Artifacts;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Jobs;

/// <summary>
/// Turns numbers into a job that the pipeline can run, and back: a text is <c>#3</c>, an input picture one whose hash is its
/// number. Neither is ever read: an activity puts the real ones in.
/// </summary>
internal static class SlimJob
{
    /// <summary>Stands where defaults would be read: a slim request leaves none open.</summary>
    public static EngineCapabilities Capabilities { get; } = new("", "", 1, 1, 1, 1, 1, 1, 1, 1, [], "", 0, 1);

    public static GenerationJob Of(PlannedJob planned) => new([.. planned.Requests.Select(Of)], planned.Plan.Plan)
    {
        Degrade = planned.Degrade?.Order,
    };

    /// <summary>The same, with the sizes that a job may give way to.</summary>
    public static EngineCapabilities CapabilitiesOf(PlannedJob planned) => planned.Degrade is { } degrade
        ? Capabilities with { SizeMultiple = degrade.SizeMultiple, MinSize = degrade.MinSize }
        : Capabilities;

    public static int TextOf(string key) => int.Parse(key.AsSpan(1), CultureInfo.InvariantCulture);

    public static int ImageOf(ArtifactRef image) => int.Parse(image.Sha256, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static GenerationRequest Of(SlimRequest request) => new()
    {
        Prompt = Text(request.Prompt),
        NegativePrompt = Text(request.Negative),
        Count = request.Count,
        Width = request.Width,
        Height = request.Height,
        Steps = request.Steps,
        Guidance = request.Guided ? 2 : 1,
        Seed = 0,
        Enhance = request.Enhance,
        Image = request.Image is { } image ? Image(image) : null,
    };

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"#{number}");

    private static ArtifactRef Image(int number) => new("image", "image/png", 0, number.ToString("x64", CultureInfo.InvariantCulture));
}
