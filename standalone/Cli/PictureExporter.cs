using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Aigc.Artifacts;
using Aigc.Pipeline.Engine;

namespace Aigc.Standalone.Cli;

/// <summary>Copies finished pictures out of the store, under names that people can read.</summary>
internal sealed class PictureExporter(IArtifactStore store)
{
    /// <summary>The job label that holds the folder its pictures go to.</summary>
    public const string FolderLabel = "out";

    private const int LongestSlug = 48;

    /// <summary>Writes a job's pictures. A file that already holds the same picture is left as it is.</summary>
    /// <exception cref="FaultException">A picture cannot be read from the store or written; those before it are there.</exception>
    public async Task<IReadOnlyList<ExportedPicture>> ExportAsync(JobStatus status, string folder, CancellationToken cancellationToken)
    {
        string[] prompts = [.. status.Job.Requests.SelectMany(r => Enumerable.Repeat(r.Prompt, r.Count))];
        var exported = new List<ExportedPicture>();
        foreach (var result in status.Pictures)
        {
            var bytes = await store.ReadAsync(result.Picture, cancellationToken).ConfigureAwait(false);
            var name = string.Create(CultureInfo.InvariantCulture, $"{Slug(prompts[result.Index])}-{result.Seed}");
            try
            {
                Directory.CreateDirectory(folder);
                exported.Add(new ExportedPicture(result, Write(folder, name, Path.GetExtension(result.Picture.Name), bytes.Span, result.Picture.Sha256)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new FaultException(
                    FaultKind.OutOfSpace,
                    $"pictures cannot be written to '{folder}' ({e.Message}): free some space or name another folder with --out; "
                    + "they are kept, and the same command finds them",
                    e);
            }
        }

        return exported;
    }

    private static string Write(string folder, string name, string extension, ReadOnlySpan<byte> bytes, string sha256)
    {
        // The same prompt and seed with other settings is another picture: it gets a number.
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(folder, number == 1 ? name + extension : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}{extension}"));
            if (File.Exists(path))
            {
                if (Holds(path, bytes.Length, sha256))
                    return path;
                continue;
            }

            var partial = path + ".partial";
            try
            {
                File.WriteAllBytes(partial, bytes);
                File.Move(partial, path, overwrite: true);
                return path;
            }
            finally
            {
                File.Delete(partial);
            }
        }
    }

    private static bool Holds(string path, int length, string sha256)
    {
        using var file = File.OpenRead(path);
        return file.Length == length && Convert.ToHexStringLower(SHA256.HashData(file)) == sha256;
    }

    private static string Slug(string prompt)
    {
        var slug = new StringBuilder();
        foreach (var c in prompt)
        {
            if (slug.Length == LongestSlug)
                break;
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var text = slug.ToString().Trim('-');
        return text.Length > 0 ? text : "picture";
    }
}
