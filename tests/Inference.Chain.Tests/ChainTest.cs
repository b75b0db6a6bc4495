using Aigc.Inference.Stages;
using Aigc.Inference.Tests.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Chain.Tests;

/// <summary>Hosts of one test, and what they share.</summary>
public abstract class ChainTest : IAsyncLifetime
{
    private readonly List<ChainHost> _hosts = [];
    private readonly List<TempFolder> _folders = [];

    private protected ChainTest() => Files = Folder();

    private protected FakeModelRoot Root { get; } = new("fake");

    private protected TempFolder Files { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.DisposeAsync();
        foreach (var folder in _folders)
            folder.Dispose();
        Root.Dispose();
    }

    private protected ChainHost Host(
        EngineOptions? engine = null,
        ChainOptions? options = null,
        TimeProvider? time = null,
        TempFolder? files = null,
        IChainLog? log = null)
    {
        var host = new ChainHost(Root, files ?? Files, engine, options, time, log);
        _hosts.Add(host);
        return host;
    }

    private protected TempFolder Folder()
    {
        var folder = new TempFolder();
        _folders.Add(folder);
        return folder;
    }

    /// <summary>A picture's file from a host and a store where nothing else ever was.</summary>
    private protected Task<byte[]> FreshAsync(ChainCall call) => Host(files: Folder()).BytesAsync(call);
}
