using Aigc.Conformance;
using Aigc.Pipeline.Embedded;
using Aigc.Pipeline.Engine;
using Aigc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aigc.Pipeline.Tests.Embedded;

/// <summary>An embedded engine over a folder of its own.</summary>
internal sealed class EmbeddedUnderTest : IEngineUnderTest
{
    private readonly ConformanceStages _stages;
    private readonly TempFolder _folder = new();
    private EmbeddedEngine _engine;

    /// <param name="stages">What it calls.</param>
    /// <param name="journaled">Told the folder after each write to the journal; null for nothing.</param>
    public EmbeddedUnderTest(ConformanceStages stages, Action<string>? journaled = null)
    {
        _stages = stages;
        _engine = Open(stages, _folder.Path, () => journaled?.Invoke(_folder.Path));
    }

    public IKeyedEngine Engine => _engine;

    public static EmbeddedEngine Open(ConformanceStages stages, string folder, Action? journaled = null) => new(
        stages,
        new EmbeddedEngineOptions { Folder = folder, Journaled = journaled },
        TimeProvider.System,
        NullLogger<EmbeddedEngine>.Instance);

    public async Task RestartAsync()
    {
        await _engine.DisposeAsync();
        _engine = Open(_stages, _folder.Path);
        await _engine.ResumeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }
}
