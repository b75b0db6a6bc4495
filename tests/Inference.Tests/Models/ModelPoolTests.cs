using System.Collections.Concurrent;
using Aigc.Inference.Faults;
using Aigc.Inference.Models;
using Aigc.TestKit;

namespace Aigc.Inference.Tests.Models;

public sealed class ModelPoolTests : IAsyncDisposable
{
    private const int ModelBytes = 600_000;

    private readonly FakeModelRoot _root = new();
    private readonly ConcurrentQueue<string> _events = [];
    private readonly ConcurrentDictionary<string, FakeNetworks> _networks = [];
    private readonly ModelPool _pool;

    public ModelPoolTests()
    {
        foreach (var name in (string[])["a", "b", "c"])
            _root.Add(name, ModelBytes);
        _root.Add("giant", 4 * ModelBytes);
        // Room for two models of the three.
        _pool = new ModelPool(_root.Open(), Load, new ModelPoolOptions { MemoryBudgetBytes = 2 * ModelBytes + 1000 }, Evicting);
    }

    private Action<string>? Loading { get; set; }

    private bool EvictingFails { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _root.Dispose();
    }

    [Fact]
    public async Task AcquireAsync_ManyAtOnce_ShareOneLoad()
    {
        var held = new SyncPoint();
        Loading = _ => held.WaitToContinue().GetAwaiter().GetResult();
        var waiting = Enumerable.Range(0, 8).Select(_ => _pool.AcquireAsync("a", default)).ToArray();
        await held.WaitForSyncPoint();
        Assert.False(_pool.IsLoaded("a"));
        held.Continue();
        var leases = await Task.WhenAll(waiting);
        Assert.Single(leases.Select(lease => lease.Model).Distinct());
        Assert.Equal(["load a"], _events);
        Assert.True(_pool.IsLoaded("a"));
    }

    [Fact]
    public async Task AcquireAsync_NoName_IsTheDefault()
    {
        using var lease = await _pool.AcquireAsync("", default);
        Assert.Equal("a", lease.Model.Name);
    }

    [Fact]
    public async Task AcquireAsync_UnknownName_SaysWhichThereAre()
    {
        var fault = await Assert.ThrowsAsync<InferenceException>(() => _pool.AcquireAsync("d", default));
        Assert.Equal(InferenceFault.NotFound, fault.Kind);
        Assert.Contains("a, b, c, giant", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AcquireAsync_NoRoom_DisposesTheIdleModelUsedLongestAgoAfterItsBuffers()
    {
        await UseAsync("a");
        await UseAsync("b");
        await UseAsync("a");
        var b = _networks["b"];
        await UseAsync("c");
        Assert.Equal(["load a", "load b", "evicting b, alive", "load c"], _events);
        Assert.True(b.Disposed);
        Assert.Equal([true, false, true], [_pool.IsLoaded("a"), _pool.IsLoaded("b"), _pool.IsLoaded("c")]);
    }

    [Fact]
    public async Task AcquireAsync_RoomTakenByModelsInUse_IsOverloadedAndEvictsNone()
    {
        var a = await _pool.AcquireAsync("a", default);
        using var b = await _pool.AcquireAsync("b", default);
        var fault = await Assert.ThrowsAsync<InferenceException>(() => _pool.AcquireAsync("c", default));
        Assert.Equal(InferenceFault.Overloaded, fault.Kind);
        Assert.NotNull(fault.RetryAfter);
        Assert.All(_networks.Values, networks => Assert.False(networks.Disposed));

        a.Dispose();
        await UseAsync("c");
        Assert.True(_networks["a"].Disposed);
        Assert.False(_networks["b"].Disposed);
    }

    [Fact]
    public async Task AcquireAsync_NotEnoughRoomEvenWithoutTheIdle_KeepsThem()
    {
        await UseAsync("a");
        using var b = await _pool.AcquireAsync("b", default);
        await Assert.ThrowsAsync<InferenceException>(() => _pool.AcquireAsync("giant", default));
        Assert.True(_pool.IsLoaded("a"));
    }

    [Fact]
    public async Task AcquireAsync_LargerThanTheBudget_RunsAlone()
    {
        await UseAsync("a");
        await UseAsync("b");
        await UseAsync("giant");
        Assert.True(_networks["a"].Disposed && _networks["b"].Disposed);
        await UseAsync("a");
        Assert.True(_networks["giant"].Disposed);
    }

    [Fact]
    public async Task AcquireAsync_LoadFails_TheNextCallerTriesAgain()
    {
        Loading = _ => throw new InferenceException(InferenceFault.BadModel, "half a model");
        var fault = await Assert.ThrowsAsync<InferenceException>(() => _pool.AcquireAsync("a", default));
        Assert.Equal("half a model", fault.Message);
        Loading = null;
        await UseAsync("a");
        Assert.Equal(["load a", "load a"], _events);
    }

    [Fact]
    public async Task AcquireAsync_LoadFailedAndNobodyWaited_ItsBytesEvictNone()
    {
        await UseAsync("a");
        var held = new SyncPoint();
        Loading = _ =>
        {
            held.WaitToContinue().GetAwaiter().GetResult();
            throw new InferenceException(InferenceFault.BadModel, "half a model");
        };
        using var cancel = new CancellationTokenSource();
        var leaves = _pool.AcquireAsync("b", cancel.Token);
        await held.WaitForSyncPoint();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        var loading = _pool.LoadOf("b")!;
        held.Continue();
        await Assert.ThrowsAsync<InferenceException>(() => loading);
        Loading = null;
        await UseAsync("c");
        Assert.True(_pool.IsLoaded("a"));
    }

    [Fact]
    public async Task AcquireAsync_BuffersOfTheEvictedDoNotLetGo_DisposesItAndTheNextCallerTriesAgain()
    {
        await UseAsync("a");
        await UseAsync("b");
        var a = _networks["a"];
        EvictingFails = true;
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pool.AcquireAsync("c", default));
        Assert.True(a.Disposed);
        EvictingFails = false;
        await UseAsync("c");
    }

    [Fact]
    public async Task AcquireAsync_OneOfTwoGivesUpWaiting_TheLoadGoesOn()
    {
        var held = new SyncPoint();
        Loading = _ => held.WaitToContinue().GetAwaiter().GetResult();
        using var cancel = new CancellationTokenSource();
        var (leaves, stays) = (_pool.AcquireAsync("a", cancel.Token), _pool.AcquireAsync("a", default));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        held.Continue();
        using var lease = await stays;
        Assert.Equal(["load a"], _events);
    }

    [Fact]
    public async Task Dispose_LeaseTwice_LetsGoOnce()
    {
        var (one, other) = (await _pool.AcquireAsync("a", default), await _pool.AcquireAsync("a", default));
        one.Dispose();
        one.Dispose();
        using var b = await _pool.AcquireAsync("b", default);
        await Assert.ThrowsAsync<InferenceException>(() => _pool.AcquireAsync("c", default));
        Assert.False(_networks["a"].Disposed);
        other.Dispose();
        await UseAsync("c");
        Assert.True(_networks["a"].Disposed);
    }

    [Fact]
    public async Task DisposeAsync_ModelsInMemory_DisposesThemAll()
    {
        await UseAsync("a");
        await UseAsync("b");
        await _pool.DisposeAsync();
        Assert.All(_networks.Values, networks => Assert.True(networks.Disposed));
    }

    private async Task UseAsync(string name)
    {
        using var lease = await _pool.AcquireAsync(name, default);
        Assert.Equal(name, lease.Model.Name);
        Assert.False(_networks[name].Disposed);
    }

    private FakeNetworks Load(ModelFolder folder)
    {
        _events.Enqueue($"load {folder.Name}");
        Loading?.Invoke(folder.Name);
        return _networks[folder.Name] = new FakeNetworks(folder.Name);
    }

    private Task Evicting(LoadedModel model)
    {
        _events.Enqueue($"evicting {model.Name}, {(_networks[model.Name].Disposed ? "gone" : "alive")}");
        return EvictingFails ? Task.FromException(new InvalidOperationException("the device is gone")) : Task.CompletedTask;
    }
}
