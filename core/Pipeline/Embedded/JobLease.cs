namespace Aigc.Pipeline.Embedded;

/// <summary>
/// The right to run one job: a lock on a file, which the operating system drops when its process dies. So a job is taken
/// over only from a process that is gone, however it went.
/// </summary>
internal sealed class JobLease : IDisposable
{
    private readonly FileStream _file;

    private JobLease(FileStream file) => _file = file;

    /// <summary>Takes the lease, or returns null where a living process has it.</summary>
    public static JobLease? TryTake(string folder, string jobId)
    {
        try
        {
            return new JobLease(new FileStream(Path.Combine(folder, jobId + ".lease"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            return null;
        }
    }

    public void Dispose()
    {
        // Deleted while still held: nobody can take a lease on a name that is about to go.
        File.Delete(_file.Name);
        _file.Dispose();
    }
}
