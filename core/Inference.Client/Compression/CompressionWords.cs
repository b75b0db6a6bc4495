using Aigc.Artifacts;

namespace Aigc.Inference.Client.Compression;

/// <summary>Ways to compress messages by the words that settings have for them.</summary>
public static class CompressionWords
{
    /// <summary>Reads a word.</summary>
    /// <param name="word">As in <c>zstd</c>.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it is none of them; those there are are named.</exception>
    public static MessageCompression Parse(string word)
    {
        foreach (var known in Enum.GetValues<MessageCompression>())
        {
            if (string.Equals(word, known.ToString(), StringComparison.OrdinalIgnoreCase))
                return known;
        }

        var words = Enum.GetNames<MessageCompression>().Select(static name => name.ToLowerInvariant());
        throw new FaultException(FaultKind.BadRequest, $"compression '{word}' is unknown; known: {string.Join(", ", words)}");
    }
}
