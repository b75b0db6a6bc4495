using Aigc.Conformance;
using Aigc.Functions.Tests.Jobs;

using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;

namespace Aigc.Functions.Tests.Enhancing;

/// <summary>The durable engine with its enhancements in a queue on a real Azurite.</summary>
[RequiresAzurite]
public sealed class QueuedEngineConformanceTests(AzuriteFixture azurite) : EngineConformanceTests, IClassFixture<AzuriteFixture>
{
    // What it is about is shown by few.
    protected override int LargestJob => 64;

    protected override IEngineUnderTest Create(ConformanceStages stages)
    {
        var queue = new TestQueue(azurite);
        return new UnderTest(queue, new AppHost(stages, queue: queue.Client));
    }

    protected override Task<IReadOnlyList<JobStatus>> LoseProcessAfterEachEventAsync(GenerationJob job) => LostProcess.AfterEachEventAsync(
        options =>
        {
            var queue = new TestQueue(azurite);
            return (queue, new AppHost(new ConformanceStages(), options, queue: queue.Client));
        },
        async (queue, host) =>
        {
            await using var pump = new QueuePump(queue, host);
            return await EndAsync(host.Engine, (await host.Engine.StartAsync(job)).Id);
        });

    private sealed class UnderTest(TestQueue queue, AppHost host) : IEngineUnderTest
    {
        private readonly QueuePump _pump = new(queue, host);

        public IKeyedEngine Engine => host.Engine;

        public Task RestartAsync()
        {
            host.Durable.Restart();
            return Task.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            await _pump.DisposeAsync();
            await host.DisposeAsync();
        }
    }
}
