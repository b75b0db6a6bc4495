using System.Diagnostics;
using Aigc.Functions.Activities;
using Aigc.Functions.Messages;

namespace Aigc.Functions.Tests.Activities;

public sealed class TracingTests
{
    private const string Request = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void Start_HostHasToldOfNoTrace_IsUnderTheRequest()
    {
        using var listener = Listen();
        Activity.Current = null;

        using var span = Tracing.Start("RunChain", Request);

        Assert.Equal(("RunChain", "0af7651916cd43dd8448eb211c80319c"), (span!.OperationName, span.TraceId.ToString()));
        Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToString());
    }

    [Fact]
    public void Start_HostHasToldOfATrace_IsUnderThat()
    {
        using var listener = Listen();
        using var invocation = new Activity("invocation").Start();

        using var span = Tracing.Start("RunChain", Request);

        Assert.Equal(invocation.TraceId, span!.TraceId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    public void Start_NoRequest_IsATraceOfItsOwn(string? parent)
    {
        using var listener = Listen();
        Activity.Current = null;

        using var span = Tracing.Start("RunChain", parent);

        Assert.Equal(default, span!.ParentSpanId);
    }

    [Fact]
    public async Task StartJob_WithinARequest_CarriesItsSpanToTheStages()
    {
        using var listener = Listen();
        var seen = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = new AppHost();
        host.Stages.Before((_, _) =>
        {
            seen.TrySetResult(Activity.Current?.TraceId.ToString());
            return Task.CompletedTask;
        });
        using var request = new Activity("request").Start();

        var status = await host.RunAsync(TestJobs.Of(1));

        var input = (await host.Durable.Client.GetInstanceAsync(status.Id, getInputsAndOutputs: true))!.ReadInputAs<JobInput>()!;
        Assert.Equal(request.Id, input.TraceParent);
        Assert.Equal(request.TraceId.ToString(), await seen.Task);
    }

    private static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
