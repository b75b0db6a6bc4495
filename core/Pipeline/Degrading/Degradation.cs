namespace Aigc.Pipeline.Degrading;

/// <summary>Something of a picture that gave way.</summary>
/// <param name="What">What it was.</param>
/// <param name="From">What was asked for: <c>true</c>, a number of steps, or a size as in <c>512x512</c>.</param>
/// <param name="To">What the picture was made with in its place.</param>
/// <param name="Why">The fault that it gave way to, one sentence for people.</param>
public sealed record Degradation(Concession What, string From, string To, string Why)
{
    /// <summary>All of it in one sentence.</summary>
    internal string Message => $"{Concessions.WordOf(What)} gave way from {From} to {To}: {Why}";
}
