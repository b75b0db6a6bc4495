using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Hosts.Policies;
using Microsoft.Extensions.Time.Testing;

namespace Aigc.Inference.Client.Tests.Hosts;

public sealed class HostPoolTests
{
    private static readonly Dictionary<int, TimeSpan> _anyTime = [];

    private readonly FakeTimeProvider _time = new();
    private readonly RemoteStagesOptions _options = new() { Hosts = [new Uri("http://127.0.0.1:1")], CallsPerHost = 1 };

    [Fact]
    public void TryTake_PlaceComesFree_IsThatOfTheCallMadeFirst()
    {
        using var pool = new HostPool(_options, _time);
        var (holder, first, second) = (pool.NextTurn(), pool.NextTurn(), pool.NextTurn());
        var lease = pool.TryTake(holder, _anyTime, CallInputs.None).Lease!.Value;
        Assert.Null(pool.TryTake(second, _anyTime, CallInputs.None).Lease);
        Assert.Null(pool.TryTake(first, _anyTime, CallInputs.None).Lease);
        pool.Release(lease);

        var passed = pool.TryTake(second, _anyTime, CallInputs.None);
        Assert.Equal((null, null), (passed.Lease, passed.Wait));
        Assert.NotNull(pool.TryTake(first, _anyTime, CallInputs.None).Lease);
        Assert.True(passed.Changed.IsCompleted);
    }

    [Fact]
    public void TryTake_CallMadeFirstMayNotTryTheHostYet_IsPassed()
    {
        using var pool = new HostPool(_options, _time);
        var (first, second) = (pool.NextTurn(), pool.NextTurn());
        var notBefore = new Dictionary<int, TimeSpan> { [0] = TimeSpan.FromSeconds(9) };
        Assert.Equal(TimeSpan.FromSeconds(9), pool.TryTake(first, notBefore, CallInputs.None).Wait);
        Assert.NotNull(pool.TryTake(second, _anyTime, CallInputs.None).Lease);
    }

    [Fact]
    public void GiveUp_CallInFront_LetsTheNextHaveThePlace()
    {
        using var pool = new HostPool(_options, _time);
        var (holder, first, second) = (pool.NextTurn(), pool.NextTurn(), pool.NextTurn());
        var lease = pool.TryTake(holder, _anyTime, CallInputs.None).Lease!.Value;
        Assert.Null(pool.TryTake(first, _anyTime, CallInputs.None).Lease);
        pool.Release(lease);
        var passed = pool.TryTake(second, _anyTime, CallInputs.None);
        Assert.Null(passed.Lease);
        pool.GiveUp(first);
        Assert.True(passed.Changed.IsCompleted);
        Assert.NotNull(pool.TryTake(second, _anyTime, CallInputs.None).Lease);
    }
}
