using Aigc.Artifacts;

namespace Aigc.GpuHost.Tests.Jobs;

public sealed class JobRegistryTests
{
    [Fact]
    public async Task RunAsync_HostIsToldToEndAsTheCallBegins_TheEndWaitsForIt()
    {
        await using var host = await TestHost.StartAsync();
        var (jobs, answer) = (host.Jobs, new TaskCompletionSource<int>());
        var begun = new TaskCompletionSource<Task>();
        var running = jobs.RunAsync(() =>
        {
            jobs.Drain();
            begun.SetResult(jobs.WhenIdleAsync());
            return answer.Task;
        });

        var idle = await begun.Task;
        Assert.False(idle.IsCompleted);
        answer.SetResult(7);
        Assert.Equal(7, await running);
        await idle;
    }

    [Fact]
    public async Task RunAsync_HostIsAboutToEnd_IsRefusedAndNotBegun()
    {
        await using var host = await TestHost.StartAsync();
        host.Jobs.Drain();
        var fault = await Assert.ThrowsAsync<FaultException>(
            () => host.Jobs.RunAsync<int>(() => throw new InvalidOperationException("begun")));
        Assert.Equal(FaultKind.Unavailable, fault.Kind);
        Assert.Equal(0, host.Jobs.Count);
    }

    [Fact]
    public async Task Count_CallThatEndsWithItsCaller_IsCounted()
    {
        await using var host = await TestHost.StartAsync();
        var answer = new TaskCompletionSource<int>();
        var running = host.Jobs.RunAsync(() => answer.Task);
        Assert.Equal(1, host.Jobs.Count);
        answer.SetResult(7);
        await running;
        Assert.Equal(0, host.Jobs.Count);
    }
}
