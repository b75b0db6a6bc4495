using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Aigc.Functions.Tests.Surface;

public sealed class SampleFunctionsTests
{
    [Fact]
    public async Task Start_OnTheEngine_RunsToItsEnd()
    {
        await using var host = new DurableTestHost();
        host.Engine.AddOrchestrator("Orchestrate", SampleFunctions.Orchestrate);

        var answer = await SampleFunctions.Start(new DefaultHttpContext().Request, host.Client, null!);

        var payload = Assert.IsType<HttpManagementPayload>(Assert.IsType<AcceptedResult>(answer).Value);
        Assert.Equal(4, (await host.Done(payload.Id!)).ReadOutputAs<int>());
    }

    [Fact]
    public void HttpTrigger_LevelLeftOut_IsFunctionOnlyWithoutMethods()
    {
        Assert.Equal(AuthorizationLevel.Function, new HttpTriggerAttribute().AuthLevel);
        Assert.Equal(AuthorizationLevel.Anonymous, new HttpTriggerAttribute("get").AuthLevel);
        var trigger = typeof(SampleFunctions).GetMethod("Start")!.GetParameters()[0].GetCustomAttribute<HttpTriggerAttribute>()!;
        Assert.Equal(["post"], trigger.Methods!);
    }

    [Fact]
    public void Build_Application_GivesAHostWithItsServices()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddSingleton("here");

        using var host = builder.Build();

        Assert.Equal("here", host.Services.GetRequiredService<string>());
        Assert.Throws<InvalidOperationException>(builder.Build);
    }
}
