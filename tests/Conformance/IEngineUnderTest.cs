using Aigc.Pipeline.Engine;

namespace Aigc.Conformance;

/// <summary>An engine and the store it keeps its jobs in, of one test.</summary>
public interface IEngineUnderTest : IAsyncDisposable
{
    /// <summary>The engine; after a restart, the new one.</summary>
    IKeyedEngine Engine { get; }

    /// <summary>Ends the engine's process as it stands, and starts another over the same store.</summary>
    Task RestartAsync();
}
