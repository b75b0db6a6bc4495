using Aigc.Conformance;
using Aigc.Functions.Tests.Jobs;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;

namespace Aigc.Functions.Tests.Http;

[Lacks(Needs.Requests, "a body of the native routes holds one request")]
[Lacks(Needs.Created, "the native routes do not say whether a job was there already")]
public sealed class HttpEngineConformanceTests : EngineConformanceTests
{
    protected override IEngineUnderTest Create(ConformanceStages stages) => new HttpUnderTest(new AppHost(stages));

    protected override Task<IReadOnlyList<JobStatus>> LoseProcessAfterEachEventAsync(GenerationJob job) => LostProcess.AfterEachEventAsync(
        async host =>
        {
            await using var routes = RoutesHost.Start(host);
            var engine = HttpUnderTest.Over(routes);
            return await EndAsync(engine, (await engine.StartAsync(job)).Id);
        });
}
