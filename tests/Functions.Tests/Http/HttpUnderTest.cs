using Aigc.Conformance;
using Aigc.Pipeline.Engine;

namespace Aigc.Functions.Tests.Http;

/// <summary>The durable engine behind its native routes.</summary>
internal sealed class HttpUnderTest : IEngineUnderTest
{
    private readonly AppHost _app;
    private readonly RoutesHost _routes;

    public HttpUnderTest(AppHost app)
    {
        (_app, _routes) = (app, RoutesHost.Start(app));
        Engine = Over(_routes);
    }

    public IKeyedEngine Engine { get; }

    public static HttpEngine Over(RoutesHost routes) => new(routes.Client, watchPeriod: TimeSpan.FromMilliseconds(1));

    public Task RestartAsync()
    {
        _app.Durable.Restart();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _routes.DisposeAsync();
        await _app.DisposeAsync();
    }
}
