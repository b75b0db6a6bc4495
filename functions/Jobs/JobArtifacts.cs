using Aigc.Artifacts;

namespace Aigc.Functions.Jobs;

/// <summary>What is kept for one job alone beside its history: its documents, and no picture.</summary>
internal static class JobArtifacts
{
    public static async Task DeleteAsync(IArtifactStore store, EndedJobs? ended, string id, CancellationToken cancellationToken)
    {
        if (ended is not null)
            await ended.ForgetAsync(id, cancellationToken).ConfigureAwait(false);
        var names = new List<string>();
        await foreach (var artifact in store.ListAsync(JobNames.Of(id), cancellationToken).ConfigureAwait(false))
            names.Add(artifact.Name);
        foreach (var name in names)
            await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
    }
}
