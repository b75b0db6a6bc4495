using Aigc.Artifacts;

namespace Aigc.Functions.Jobs;

/// <summary>What lies in the store for one job alone: its documents, and no picture.</summary>
internal static class JobArtifacts
{
    public static async Task DeleteAsync(IArtifactStore store, string id, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var artifact in store.ListAsync(JobNames.Of(id), cancellationToken).ConfigureAwait(false))
            names.Add(artifact.Name);
        foreach (var name in names)
            await store.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
    }
}
