using Aigc.Conformance;
using Aigc.Pipeline.Engine;

namespace Aigc.Functions.Tests.Jobs;

/// <summary>The durable engine over the app's functions on the replaying engine.</summary>
internal sealed class DurableUnderTest(AppHost host) : IEngineUnderTest
{
    public IKeyedEngine Engine => host.Engine;

    public Task RestartAsync()
    {
        host.Durable.Restart();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
