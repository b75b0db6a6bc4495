using Aigc.Api.Access;
using Aigc.Artifacts;

namespace Aigc.Standalone.Serve;

/// <summary>Reads keys from where a user keeps them.</summary>
internal static class KeyFile
{
    /// <summary>Keys of a file: a line each, of a name and <c>sha256:</c> with its hash; lines that begin with '#' are notes.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: the file cannot be read, or a line is no key.</exception>
    public static IReadOnlyList<ApiKey> Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(FaultKind.BadRequest, $"key file '{path}' cannot be read: {e.Message}", e);
        }

        var keys = new List<ApiKey>();
        foreach (var (number, line) in lines.Index())
        {
            if (line.Trim() is not { Length: > 0 } text || text[0] == '#')
                continue;
            if (text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is not [var name, var key])
                throw new FaultException(FaultKind.BadRequest, $"line {number + 1} of key file '{path}' is not NAME sha256:HASH");
            keys.Add(ApiKey.Parse(name, key.Trim(), mayBePlain: false));
        }

        return keys.Count > 0 ? keys : throw new FaultException(FaultKind.BadRequest, $"key file '{path}' has no key: write NAME sha256:HASH");
    }

    /// <summary>Keys of an environment variable, parted by commas: each as it is, or hashed.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: one is no key.</exception>
    public static IReadOnlyList<ApiKey> Parse(string? text) =>
        [.. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select((key, i) => ApiKey.Parse($"number {i + 1}", key, mayBePlain: true))];
}
