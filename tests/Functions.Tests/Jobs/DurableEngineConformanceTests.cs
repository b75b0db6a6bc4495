using Aigc.Conformance;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Tests.Jobs;

public sealed class DurableEngineConformanceTests : EngineConformanceTests
{
    protected override IEngineUnderTest Create(ConformanceStages stages) => new DurableUnderTest(new AppHost(stages));

    protected override Task<IReadOnlyList<JobStatus>> LoseProcessAfterEachEventAsync(GenerationJob job) => LostProcess.AfterEachEventAsync(
        async host => await EndAsync(host.Engine, (await host.Engine.StartAsync(job)).Id));
}
