using System.Runtime.CompilerServices;

namespace Aigc.Artifacts;

/// <summary>Artifacts in a folder: the bytes in <c>{root}/{name}</c> and the reference beside them in <c>{root}/{name}.ref</c>.</summary>
/// <remarks>
/// Bytes appear under their name whole or not at all, and the reference after them, so a process that dies at any point
/// leaves nothing half written; a file system without hard links weakens that. Many processes may share a folder. Writes
/// are not flushed to the disk: after a power cut the newest artifacts may read as <see cref="FaultKind.DataLoss"/>. A
/// name may not also be the folder of another (<c>a</c> and <c>a/b</c>).
/// </remarks>
public sealed class FileArtifactStore : IArtifactStore
{
    private readonly string _root;

    /// <summary>Creates a store; the folder is made when the first artifact is written.</summary>
    /// <param name="root">The folder; a relative path counts from the current directory.</param>
    public FileArtifactStore(string root)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(root);
        _root = Path.GetFullPath(root);
    }

    /// <inheritdoc/>
    public async ValueTask<ArtifactRef> PutAsync(
        string name, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        var path = PathOf(name, cancellationToken);
        try
        {
            ArtifactRef? mine = null;
            while (true)
            {
                if (Find(name, path) is { } existing)
                    return existing;
                mine ??= new ArtifactRef(name, mediaType, bytes.Length, Sha256Hex.Of(bytes.Span));
                if (await TryPublishAsync(path, bytes, cancellationToken))
                    return Commit(path, mine);
                if (await DescribeAsync(name, mediaType, path, cancellationToken) is { } found)
                    return Commit(path, found);
                // Another caller deleted the bytes that were in the way: begin again.
            }
        }
        catch (Exception exception) when (FileFaults.From(exception, _root, path) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ArtifactRef?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        var path = PathOf(name, cancellationToken);
        try
        {
            return ValueTask.FromResult(Find(name, path));
        }
        catch (Exception exception) when (FileFaults.From(exception, _root, path) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var path = PathOf(reference.Name, cancellationToken);
        try
        {
            await using var file = Open(path);
            if (file is null)
                throw new FaultException(
                    FaultKind.NotFound, $"artifact '{reference.Name}' is not in the folder '{_root}': ask for it to be made again");
            reference.VerifyLength(file.Length, $"file '{path}'");
            var bytes = GC.AllocateUninitializedArray<byte>((int)reference.Length);
            await file.ReadExactlyAsync(bytes, cancellationToken);
            reference.Verify(bytes, $"file '{path}'");
            return bytes;
        }
        catch (Exception exception) when (FileFaults.From(exception, _root, path) is { } fault)
        {
            throw fault;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ArtifactRef> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArtifactName.CheckPrefix(prefix);
        foreach (var name in Names(prefix))
            if (await FindAsync(name, cancellationToken) is { } reference)
                yield return reference;
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        var path = PathOf(name, cancellationToken);
        try
        {
            if (!File.Exists(path))
                return ValueTask.FromResult(false);
            var existed = Find(name, path) is not null;
            // In this order a death in between leaves what every other one leaves: bytes without a reference.
            File.Delete(SidecarOf(path));
            File.Delete(path);
            return ValueTask.FromResult(existed);
        }
        catch (Exception exception) when (FileFaults.From(exception, _root, path) is { } fault)
        {
            throw fault;
        }
    }

    private static string SidecarOf(string path) => path + ArtifactName.ReservedSuffix;

    // A leading '.' is in no legal name, so what a dead process leaves behind is never listed or found.
    private static string TemporaryBeside(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Guid.NewGuid():n}.tmp");

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Share = FileShare.Read | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                BufferSize = 0,
            });
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // A sidecar that does not read, or that has no bytes beside it, counts as absent: the next writer mends it.
    private static ArtifactRef? Find(string name, string path) => File.Exists(path) ? ReadSidecar(name, path) : null;

    private static ArtifactRef? ReadSidecar(string name, string path)
    {
        try
        {
            return ArtifactRef.TryParse(File.ReadAllText(SidecarOf(path)), out var reference) && reference.Name == name ? reference : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The reference of bytes that another writer left or is about to describe; null where they are gone again.</summary>
    private static async ValueTask<ArtifactRef?> DescribeAsync(
        string name, string mediaType, string path, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        return file is null ? null : new ArtifactRef(name, mediaType, file.Length, await Sha256Hex.OfAsync(file, cancellationToken));
    }

    private static async ValueTask<bool> TryPublishAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = TemporaryBeside(path);
        try
        {
            await File.WriteAllBytesAsync(temporary, bytes, cancellationToken);
            return TryMove(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Not cancellable: the bytes are in place, and describing them is all that is left to do.
    private static ArtifactRef Commit(string path, ArtifactRef reference)
    {
        var sidecar = SidecarOf(path);
        var temporary = TemporaryBeside(path);
        try
        {
            File.WriteAllText(temporary, reference.ToString());
            if (TryMove(temporary, sidecar))
                return reference;
            if (ReadSidecar(reference.Name, path) is { } other && other.Length == reference.Length && other.Sha256 == reference.Sha256)
                return other;
            // What is there does not describe these bytes: it is damaged, or its own bytes were deleted.
            File.Move(temporary, sidecar, overwrite: true);
            return reference;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Moves a file, unless there is one under the new name; the old one is left to the caller.</summary>
    private static bool TryMove(string from, string to)
    {
        // File.Move looks first and renames then, so of two writers at once both would win.
        if (HardLink.TryCreate(from, to) is { } created)
            return created;
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    private string PathOf(string name, CancellationToken cancellationToken)
    {
        ArtifactName.Check(name);
        cancellationToken.ThrowIfCancellationRequested();
        return Path.Combine(_root, name.Replace('/', Path.DirectorySeparatorChar));
    }

    private List<string> Names(string prefix)
    {
        var folder = Path.Combine(_root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        try
        {
            var names = new List<string>();
            foreach (var sidecar in Directory.EnumerateFiles(folder, "*" + ArtifactName.ReservedSuffix, SearchOption.AllDirectories))
            {
                var relative = Path.GetRelativePath(_root, sidecar)[..^ArtifactName.ReservedSuffix.Length];
                var name = relative.Replace(Path.DirectorySeparatorChar, '/');
                if (name.StartsWith(prefix, StringComparison.Ordinal) && ArtifactName.IsLegal(name))
                    names.Add(name);
            }

            return names;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception exception) when (FileFaults.From(exception, _root, folder) is { } fault)
        {
            throw fault;
        }
    }
}
