using Aigc.Artifacts;

namespace Aigc.Pipeline.Embedded;

/// <summary>
/// The right to run one job: a lock on a file, which the operating system drops when its process dies. So a job is taken
/// over only from a process that is gone, however it went.
/// </summary>
internal sealed class JobLease : IDisposable
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;

    private readonly FileStream _file;

    private JobLease(FileStream file) => _file = file;

    /// <summary>Takes the lease, or returns null where a living process has it.</summary>
    /// <exception cref="FaultException"><see cref="FaultKind.Unavailable"/>: the folder cannot be written.</exception>
    public static JobLease? TryTake(string folder, string jobId)
    {
        try
        {
            return new JobLease(new FileStream(Path.Combine(folder, jobId + ".lease"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult is SharingViolation or WouldBlock or WouldBlockOnMac)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaultException(
                FaultKind.Unavailable, $"the job folder '{folder}' cannot be written ({e.Message}): free some space and make it writable, or choose another", e);
        }
    }

    public void Dispose()
    {
        // Deleted while still held: nobody can take a lease on a name that is about to go.
        File.Delete(_file.Name);
        _file.Dispose();
    }
}
