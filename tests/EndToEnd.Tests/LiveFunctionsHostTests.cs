using Aigc.Conformance;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Requests;
using Aigc.TestKit;

namespace Aigc.EndToEnd.Tests;

/// <summary>The suite against a Functions host that runs already, with a gpu-host and its model behind it.</summary>
[RequiresFunctionsHost]
[Lacks(Needs.Stages, "needs stages under the test's control")]
[Lacks(Needs.Requests, "a body of the native routes holds one request")]
[Lacks(Needs.List, "a live host has jobs of others too")]
[Lacks(Needs.Created, "the native routes do not say whether a job was there already")]
public sealed class LiveFunctionsHostTests : EngineConformanceTests
{
    protected override IEngineUnderTest Create(ConformanceStages stages) => new LiveHost(FunctionsHostAddress.Value!);

    protected override Task<IReadOnlyList<JobStatus>> LoseProcessAfterEachEventAsync(GenerationJob job) =>
        throw new NotSupportedException("a live host is not the test's to end");

    private sealed class LiveHost : IEngineUnderTest
    {
        private readonly HttpClient _client;

        public LiveHost(Uri address)
        {
            _client = new HttpClient { BaseAddress = address };
            Engine = new HttpEngine(_client, watchPeriod: TimeSpan.FromMilliseconds(100));
        }

        public IKeyedEngine Engine { get; }

        public Task RestartAsync() => throw new NotSupportedException("a live host is not the test's to end");

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
