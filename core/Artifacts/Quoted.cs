namespace Aigc.Artifacts;

internal static class Quoted
{
    private const int Shown = 80;

    /// <summary>Foreign text made fit for a message: one line, bounded.</summary>
    public static string Text(string? text)
    {
        if (text is null)
            return "(none)";
        var shown = string.Concat(text.Take(Shown).Select(c => char.IsControl(c) ? '?' : c));
        return text.Length > Shown ? $"'{shown}...'" : $"'{shown}'";
    }
}
