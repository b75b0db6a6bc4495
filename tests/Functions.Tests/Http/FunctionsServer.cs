using System.Reflection;
using Aigc.Api;
using Aigc.Api.Access;
using Aigc.Artifacts;
using Aigc.Functions.Configuration;
using Aigc.Functions.Jobs;
using Aigc.Functions.Maintenance;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aigc.Functions.Tests.Http;

/// <summary>Every function of the app that has an HTTP trigger, at its trigger's route and methods, on a test server.</summary>
internal sealed class FunctionsServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    /// <param name="app">What the functions run on.</param>
    /// <param name="access">Who may ask.</param>
    /// <param name="options">The app's settings.</param>
    public FunctionsServer(AppHost app, AccessOptions? access = null, FunctionsOptions? options = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddMvcCore();
        builder.Services
            .AddSingleton(new AccessGate(access ?? new AccessOptions()))
            .AddSingleton<Gateway>()
            .AddSingleton<DurableEngines>()
            .AddSingleton<IArtifactStore>(app.Store)
            .AddSingleton<IStageExecutor>(app.Stages)
            .AddSingleton<IHostMonitor, NoHosts>()
            .AddSingleton(app.Planner)
            .AddSingleton(app.Options)
            .AddSingleton(Options.Create(options ?? new FunctionsOptions()))
            .AddSingleton(TimeProvider.System);
        _web = builder.Build();
        foreach (var (function, trigger) in Triggers())
            // As the worker maps it, with the empty prefix of host.json.
            _web.MapMethods($"/{trigger.Route}", trigger.Methods!, context => AnswerAsync(context, function, app.Durable.Client));
        // A test server has no port to wait for.
        _web.Start();
        Client = _web.GetTestClient();
        Client.BaseAddress = new Uri("http://localhost:7071");
    }

    public HttpClient Client { get; }

    /// <summary>The app's functions with an HTTP trigger.</summary>
    public static IEnumerable<(MethodInfo Function, HttpTriggerAttribute Trigger)> Triggers() =>
        from function in typeof(JobPurge).Assembly.GetTypes().SelectMany(type => type.GetMethods())
        where function.GetCustomAttribute<FunctionAttribute>() is not null
        from parameter in function.GetParameters()
        let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
        where trigger is not null
        select (function, trigger);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _web.DisposeAsync();
    }

    private static async Task AnswerAsync(HttpContext context, MethodInfo function, DurableTaskClient client)
    {
        var arguments = function.GetParameters().Select(parameter => parameter switch
        {
            { ParameterType: var type } when type == typeof(HttpRequest) => (object?)context.Request,
            { ParameterType: var type } when type == typeof(DurableTaskClient) => client,
            _ => context.Request.RouteValues.GetValueOrDefault(parameter.Name!),
        });
        var instance = function.IsStatic ? null : ActivatorUtilities.CreateInstance(context.RequestServices, function.DeclaringType!);
        var result = (IActionResult)function.Invoke(instance, [.. arguments])!;
        await result.ExecuteResultAsync(new ActionContext(context, new RouteData(), new ActionDescriptor()));
    }
}
