using System.Text;
using Aigc.Artifacts;

namespace Aigc.Inference.Client.Hosts.Sources;

/// <summary>Hosts by a file: an address a line; empty lines, and what follows a <c>#</c>, are passed over.</summary>
/// <param name="Path">The file.</param>
/// <remarks>
/// It is read again and again, and not watched through the system: no notice comes of files on network drives, nor where a mounted
/// Kubernetes ConfigMap is changed by moving a link above it.
/// </remarks>
internal sealed record FileHosts(string Path) : HostSource
{
    internal const string Scheme = "file:";

    // Tens of thousands of addresses; a device or a log named by mistake is not read to its end.
    private const int MostBytes = 1 << 20;

    internal override bool Changes => true;

    public override string ToString() => $"{Scheme}{Path}";

    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: it names no file.</exception>
    internal static FileHosts ParsePath(string text)
    {
        var path = text[Scheme.Length..].Trim();
        // file:///etc/hosts.txt, as a URL has it.
        if (path.StartsWith("///", StringComparison.Ordinal))
            path = path[2..];
        return path.Trim('/').Length > 0 && !path.Contains('\0', StringComparison.Ordinal)
            ? new FileHosts(path)
            : throw new FaultException(FaultKind.BadRequest, $"host source '{text}' names no file: write it as file:PATH");
    }

    internal override async ValueTask<IReadOnlyList<Uri>> ListAsync(CancellationToken cancellationToken)
    {
        var lines = (await ReadAsync(cancellationToken).ConfigureAwait(false)).Split('\n');
        var (hosts, faults) = (new List<Uri>(), new List<string>());
        for (var i = 0; i < lines.Length; i++)
        {
            var text = lines[i].Split('#')[0].Trim();
            if (text.Length == 0)
                continue;
            if (HostAddress.Parse(text) is { } host)
                hosts.Add(host);
            else
                faults.Add($"line {i + 1}: {HostAddress.Fault(text)}");
        }

        // Half of a list would take the load of the whole one.
        if (faults.Count > 0)
            throw new FaultException(FaultKind.BadRequest, $"{this}: {string.Join("; ", faults)}");
        // As it is for a moment while it is being written.
        return hosts.Count > 0 ? [.. hosts.Distinct()] : throw new FaultException(FaultKind.BadRequest, $"{this} names no host");
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var bytes = new byte[MostBytes + 1];
        try
        {
            var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                var read = await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken)
                    .ConfigureAwait(false);
                return read <= MostBytes
                    ? Encoding.UTF8.GetString(bytes, 0, read).TrimStart('\uFEFF')
                    : throw new FaultException(
                        FaultKind.BadRequest, $"{this} is longer than {MostBytes} bytes: it is no list of hosts");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FaultException(FaultKind.Unavailable, $"{this} cannot be read: {e.Message}", e);
        }
        catch (OperationCanceledException e)
        {
            throw new FaultException(FaultKind.Unavailable, $"{this} was not read in time", e);
        }
    }
}
