using Aigc.Conformance;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;

namespace Aigc.Pipeline.Tests.Embedded;

[Lacks(Needs.Retries, "the embedded engine leaves retries to its stages")]
public sealed class EmbeddedEngineConformanceTests : EngineConformanceTests
{
    protected override IEngineUnderTest Create(ConformanceStages stages) => new EmbeddedUnderTest(stages);

    protected override async Task<IReadOnlyList<JobStatus>> LoseProcessAfterEachEventAsync(GenerationJob job)
    {
        // A copy of the folder, taken while the journal is held, is what a process that dies there leaves behind.
        using var left = new TempFolder();
        var writes = 0;
        var runs = new List<JobStatus>();
        await using (var whole = new EmbeddedUnderTest(new ConformanceStages(), folder => CopyTo(left.Combine($"{writes++}"), folder)))
            runs.Add(await EndAsync(whole.Engine, (await whole.Engine.StartAsync(job)).Id));

        for (var at = 0; at < writes; at++)
        {
            await using var next = EmbeddedUnderTest.Open(new ConformanceStages(), left.Combine($"{at}"));
            await next.ResumeAsync();
            runs.Add(await EndAsync(next, runs[0].Id));
        }

        return runs;
    }

    private static void CopyTo(string copy, string folder)
    {
        Directory.CreateDirectory(copy);
        // No leases: the system drops those of a process that is gone.
        foreach (var file in Directory.EnumerateFiles(folder, "jobs.db*"))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
    }
}
