using Aigc.FunctionsSurface;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Aigc.Functions.Tests.Surface;

public sealed class RetryTests
{
    private static readonly InMemoryDurableOptions Virtual = new() { FireTimersAtOnce = true };

    [Fact]
    public async Task Policy_FailsTwice_WaitsWithBackoffAndSucceeds()
    {
        await using var host = new DurableTestHost(Virtual);
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(10), backoffCoefficient: 3);

        var done = await host.Run(async context =>
        {
            var begun = context.CurrentUtcDateTime;
            await context.CallActivityAsync<int>("FailUntil", 3, TaskOptions.FromRetryPolicy(policy));
            return (context.CurrentUtcDateTime - begun).TotalSeconds;
        });

        Assert.InRange(done.ReadOutputAs<double>(), 40, 50);
        Assert.Equal(3, host.Engine.ActivityRuns("FailUntil"));
    }

    [Fact]
    public async Task Policy_AttemptsUsedUp_ThrowsTheLastFailureAfterTheRealLoopsExtraTimer()
    {
        await using var host = new DurableTestHost(Virtual);

        var done = await host.Run(async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>(
                    "FailUntil", 9, TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1))));
            }
            catch (TaskFailedException error)
            {
                return $"{error.TaskName} {error.FailureDetails.ErrorMessage} {error.FailureDetails.IsCausedBy<TimeoutException>()}";
            }
        });

        Assert.Equal("FailUntil run 2 True", done.ReadOutputAs<string>());
        Assert.Equal(2, host.Engine.History("one").Count(one => one.Kind == HistoryEventKind.TimerCreated));
    }

    [Fact]
    public async Task Policy_HandleFailureSaysNo_DoesNotRetry()
    {
        await using var host = new DurableTestHost(Virtual);
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(1)) { HandleFailure = details => !details.IsCausedBy<TimeoutException>() };

        var done = await host.Run(context =>
            context.CallActivityAsync<int>("FailUntil", 9, TaskOptions.FromRetryPolicy(policy)));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.Equal(1, host.Engine.ActivityRuns("FailUntil"));
        Assert.Equal(typeof(TaskFailedException).FullName, done.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task Handler_WaitsOnATimerOfItsOwn_SeesAttemptsAndTime()
    {
        await using var host = new DurableTestHost(Virtual);
        List<string> seen = [];

        var done = await host.Run(async context => await context.CallActivityAsync<int>(
            "FailUntil",
            3,
            TaskOptions.FromRetryHandler(async retry =>
            {
                if (!retry.OrchestrationContext.IsReplaying)
                {
                    seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure.ErrorMessage} {retry.TotalRetryTime.TotalSeconds >= 5}");
                }

                await retry.OrchestrationContext.CreateTimer(TimeSpan.FromSeconds(5), CancellationToken.None);
                return true;
            })));

        Assert.Equal(3, done.ReadOutputAs<int>());
        Assert.Equal(["1 run 1 False", "2 run 2 True"], seen);
    }

    [Fact]
    public async Task Handler_UnknownActivity_IsNotAsked()
    {
        await using var host = new DurableTestHost(Virtual);
        var asked = 0;

        var done = await host.Run(context => context.CallActivityAsync<int>(
            "Nobody", 1, TaskOptions.FromRetryHandler(_ => asked++ >= 0)));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, done.RuntimeStatus);
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Call_ActivityWithInnerException_HasItsDetailsToo()
    {
        await using var host = new DurableTestHost(Virtual);

        var done = await host.Run(async context =>
        {
            try
            {
                return await context.CallActivityAsync<string>("FailUntil", 9);
            }
            catch (TaskFailedException error)
            {
                return $"{error.FailureDetails.ErrorType} {error.FailureDetails.InnerFailure!.ErrorMessage}";
            }
        });

        Assert.Equal("System.TimeoutException inner", done.ReadOutputAs<string>());
    }

    [Fact]
    public async Task SubOrchestration_FailureNotCaught_StandsInsideTheParents()
    {
        await using var host = new DurableTestHost(Virtual);
        host.Engine.AddOrchestrator<int>("Child", _ => throw new InvalidDataException("child broke"));

        var done = await host.Run(context => context.CallSubOrchestratorAsync<int>("Child"));

        Assert.Equal(typeof(TaskFailedException).FullName, done.FailureDetails!.ErrorType);
        Assert.Equal("child broke", done.FailureDetails.InnerFailure!.ErrorMessage);
    }

    [Fact]
    public async Task SubOrchestration_Fails_IsATaskFailedExceptionAndIsRetriedUnderTheSameId()
    {
        await using var host = new DurableTestHost(Virtual);
        List<string> ids = [];
        host.Engine.AddOrchestrator<int>("Child", context =>
        {
            ids.Add(context.InstanceId + " " + context.Parent!.InstanceId);
            throw new InvalidDataException("child broke");
        });

        var done = await host.Run(async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>(
                    "Child", 1, TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1))).WithInstanceId("one:child"));
            }
            catch (TaskFailedException error)
            {
                return $"{error.FailureDetails.ErrorMessage} {error.FailureDetails.IsCausedBy<InvalidDataException>()}";
            }
        });

        Assert.Equal("child broke True", done.ReadOutputAs<string>());
        Assert.Equal(["one:child one", "one:child one"], ids);
    }
}
