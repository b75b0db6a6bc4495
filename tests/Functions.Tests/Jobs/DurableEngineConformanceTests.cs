using Aigc.Conformance;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;

namespace Aigc.Functions.Tests.Jobs;

public sealed class DurableEngineConformanceTests : EngineConformanceTests
{
    // A replay for each of the events of RequestValidator.MaxPictures takes a minute; a quarter of them takes a sixteenth of it.
    protected override int LargestJob => RequestValidator.MaxPictures / 4;

    protected override IEngineUnderTest Create(ConformanceStages stages) => new DurableUnderTest(new AppHost(stages));

    protected override Task<IReadOnlyList<JobStatus>> LoseProcessAfterEachEventAsync(GenerationJob job) => LostProcess.AfterEachEventAsync(
        async host => await EndAsync(host.Engine, (await host.Engine.StartAsync(job)).Id));
}
