using System.IO.Compression;
using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aigc.Infra.Tests.Telemetry;

/// <summary>What Application Insights is to an exporter: an address that takes lines of JSON.</summary>
internal sealed class IngestionEndpoint : IAsyncDisposable
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly WebApplication _app;

    private IngestionEndpoint()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>What an exporter is given.</summary>
    public string ConnectionString =>
        $"InstrumentationKey={Guid.Empty};IngestionEndpoint={_app.Urls.Single()}/;LiveEndpoint={_app.Urls.Single()}/";

    public static async Task<IngestionEndpoint> StartAsync()
    {
        var endpoint = new IngestionEndpoint();
        await endpoint._app.StartAsync();
        return endpoint;
    }

    /// <summary>Waits for a line that has all of these words.</summary>
    public async Task<string> HearAsync(CancellationToken cancellationToken, params string[] words)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken))
        {
            if (words.All(word => line.Contains(word, StringComparison.Ordinal)))
                return line;
        }

        throw new InvalidOperationException("the endpoint has ended");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        Stream body = context.Request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(context.Request.Body, CompressionMode.Decompress)
            : context.Request.Body;
        using var reader = new StreamReader(body, Encoding.UTF8);
        var taken = 0;
        while (await reader.ReadLineAsync() is { } line)
        {
            await _lines.Writer.WriteAsync(line);
            taken++;
        }

        await context.Response.WriteAsJsonAsync(new { itemsReceived = taken, itemsAccepted = taken, errors = Array.Empty<string>() });
    }
}
