using System.Globalization;
using Aigc.Artifacts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Degrading;

/// <summary>What each concession does, and which faults it helps. Pure: a job that is carried out again gives way alike.</summary>
public static class Concessions
{
    /// <summary>Steps are never made fewer than this, unless fewer were asked for.</summary>
    public const int FewestSteps = 4;

    /// <summary>All their words, for people.</summary>
    public static string Words { get; } = string.Join(", ", Enum.GetValues<Concession>().Select(WordOf));

    /// <summary>A concession's word in requests and answers.</summary>
    public static string WordOf(Concession concession) => concession.ToString().ToLowerInvariant();

    /// <summary>The concession of a word; null where there is none.</summary>
    public static Concession? Find(string word)
    {
        foreach (var concession in Enum.GetValues<Concession>())
        {
            if (WordOf(concession) == word)
                return concession;
        }

        return null;
    }

    /// <summary>A picture that has given way in some things, one after the other.</summary>
    /// <param name="given">The things; null for none.</param>
    /// <param name="picture">The picture as it was asked for.</param>
    /// <param name="capabilities">What sizes the model has.</param>
    public static PictureSpec Apply(IReadOnlyList<Concession>? given, PictureSpec picture, EngineCapabilities capabilities)
    {
        foreach (var concession in given ?? [])
            picture = Apply(concession, picture, capabilities);
        return picture;
    }

    /// <summary>A picture that has given way; the same where that changes nothing.</summary>
    internal static PictureSpec Apply(Concession concession, PictureSpec picture, EngineCapabilities capabilities) => concession switch
    {
        Concession.Enhance when picture.Enhance => picture with { Enhance = false },
        Concession.Steps when FewerThan(picture.Steps) is var steps && steps < picture.Steps => picture with { Steps = steps },
        Concession.Size => Smaller(picture, capabilities),
        _ => picture,
    };

    /// <summary>Whether a concession is a way round a fault.</summary>
    /// <remarks>
    /// Where a call is refused for want of room or time, whatever makes that very call less: a call that only generates is none the lighter
    /// for leaving an enhancement out. Where enhancing fails, to leave it out; more of the same would fail again.
    /// </remarks>
    /// <param name="concession">The concession.</param>
    /// <param name="stage">The call that failed, one of <see cref="StageNames"/>.</param>
    /// <param name="kind">What it failed on.</param>
    internal static bool Helps(Concession concession, string stage, FaultKind kind) => (stage, concession) switch
    {
        (_, Concession.Model) => false,
        (StageNames.RunChain, _) => IsCapacity(kind),
        (StageNames.Generate, not Concession.Enhance) => IsCapacity(kind),
        (StageNames.Enhance, Concession.Enhance) =>
            IsCapacity(kind) || kind is FaultKind.Unavailable or FaultKind.Internal or FaultKind.BadModel,
        _ => false,
    };

    /// <summary>Whether waiting out a fault is over once its request can give way.</summary>
    /// <param name="stage">The call that failed, one of <see cref="StageNames"/>.</param>
    /// <param name="kind">What it failed on.</param>
    public static bool EndsWaiting(string stage, FaultKind kind) =>
        IsCapacity(kind) || (stage == StageNames.Enhance && kind == FaultKind.Unavailable);

    /// <summary>Whether a stage call's request can give way where it is refused.</summary>
    /// <param name="input">The call's input.</param>
    public static bool CanGiveWay(object input) => input switch
    {
        ChainInput chain => chain.GivesWay,
        GenerateInput generate => generate.GivesWay,
        EnhanceInput enhance => enhance.GivesWay,
        _ => false,
    };

    /// <summary>What a concession made of a picture.</summary>
    internal static Degradation Of(Concession concession, PictureSpec before, PictureSpec after, string why)
    {
        var (from, to) = concession switch
        {
            Concession.Enhance => ("true", "false"),
            Concession.Steps => (Text(before.Steps), Text(after.Steps)),
            Concession.Size => (SizeOf(before), SizeOf(after)),
            _ => throw new ArgumentOutOfRangeException(nameof(concession), concession, "nothing gives way so"),
        };
        return new Degradation(concession, from, to, why);
    }

    private static bool IsCapacity(FaultKind kind) => kind is FaultKind.Overloaded or FaultKind.DeadlineExceeded;

    private static int FewerThan(int steps) => Math.Max((steps + 1) / 2, Math.Min(steps, FewestSteps));

    private static PictureSpec Smaller(PictureSpec picture, EngineCapabilities capabilities)
    {
        var multiple = capabilities.SizeMultiple;
        var least = (capabilities.MinSize + multiple - 1) / multiple * multiple;
        int Half(int side) => Math.Min(side, Math.Max(least, side / 2 / multiple * multiple));
        var (width, height) = (Half(picture.Width), Half(picture.Height));
        return width < picture.Width || height < picture.Height ? picture with { Width = width, Height = height } : picture;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string SizeOf(PictureSpec picture) => string.Create(CultureInfo.InvariantCulture, $"{picture.Width}x{picture.Height}");
}
