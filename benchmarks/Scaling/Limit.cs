namespace Aigc.Benchmarks.Scaling;

/// <summary>What a part of the deployment takes at most.</summary>
/// <param name="Name">The part.</param>
/// <param name="Unit">Of both figures.</param>
/// <param name="PerPicture">What a picture a second asks of it.</param>
/// <param name="Most">What it takes.</param>
/// <param name="Source">Where the limit and the demand are from.</param>
/// <param name="Then">What to change once it is reached.</param>
internal sealed record Limit(string Name, string Unit, double PerPicture, double Most, string Source, string Then)
{
    /// <summary>How many times over it so many pictures a second are.</summary>
    public double Times(double picturesPerSecond) => picturesPerSecond * PerPicture / Most;
}
