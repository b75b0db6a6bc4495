using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Aigc.Artifacts;
using Aigc.Compression;
using Aigc.Contracts.Inference.V1;
using Grpc.Core;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aigc.Inference.Client.Tests;

/// <summary>An inference host behind a real socket, that does what a test tells it to and keeps what it was asked.</summary>
internal sealed class FakeHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConnectionContext> _connections = new();
    private WebApplication _app;

    private FakeHost(string digest)
    {
        Digest = digest;
        _app = null!;
    }

    public delegate Task RunScript(FakeChain chain);

    public string Digest { get; }

    public Uri Address { get; private set; } = null!;

    public string Name => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>What it does with the next Run and Generate calls, in turn; then it answers them.</summary>
    public ConcurrentQueue<RunScript> Scripts { get; } = new();

    /// <summary>What it does with every unary stage call before it answers.</summary>
    public Func<ServerCallContext, Task> OnUnary { get; set; } = _ => Task.CompletedTask;

    public Func<ServerCallContext, Task> OnDescribe { get; set; } = _ => Task.CompletedTask;

    /// <summary>What it does before it tells its load.</summary>
    public Func<ServerCallContext, Task> OnLoad { get; set; } = _ => Task.CompletedTask;

    /// <summary>Whether it is of a release that stores plain pixels where it is asked to.</summary>
    public bool KnowsRaw { get; set; }

    /// <summary>How it calls itself in references to what it holds; null where it gives itself no name.</summary>
    public string? Own { get; set; }

    /// <summary>Completes with the first stream of load that is open.</summary>
    public TaskCompletionSource Watched { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WatchLoadResponse Load { get; set; } = new() { QueuedSeconds = 2.5, Running = 3, Waiting = 2, FreeRows = 10 };

    public Model Model { get; set; } = null!;

    public Limits? Limits { get; set; } = new() { MaxPictures = 64 };

    public ConcurrentQueue<RunRequest> Runs { get; } = new();

    public ConcurrentQueue<GenerateRequest> Generates { get; } = new();

    public ConcurrentQueue<string> Cancels { get; } = new();

    /// <summary>Completes with the first job id that Cancel names.</summary>
    public TaskCompletionSource<string> Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The names of the calls it got, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public static async Task<FakeHost> StartAsync(string digest = "d1", int port = 0)
    {
        var host = new FakeHost(digest);
        host.Model = new Model
        {
            Name = "tiny",
            Digest = digest,
            Loaded = true,
            SizeMultiple = 8,
            MinSize = 64,
            MaxSize = 512,
            DefaultWidth = 128,
            DefaultHeight = 128,
            MaxSteps = 1000,
            DefaultSteps = 4,
            DefaultGuidance = 4,
            Schedulers = { "ddim", "euler" },
            DefaultScheduler = "ddim",
            EnhanceFactor = 4,
            PreferredBatch = 8,
            ImageToImage = true,
            Prompts = { "a red circle" },
        };
        await host.ListenAsync(port);
        return host;
    }

    /// <summary>The streams of load that are open.</summary>
    public ConcurrentDictionary<Channel<WatchLoadResponse>, bool> Watchers { get; } = new();

    /// <summary>Tells another load on every stream that is open.</summary>
    public void Tell(WatchLoadResponse load)
    {
        Load = load;
        foreach (var watcher in Watchers.Keys)
            watcher.Writer.TryWrite(load);
    }

    /// <summary>Ends every connection as a killed process does, and listens no more.</summary>
    public async Task KillAsync()
    {
        Abort();
        await _app.DisposeAsync();
    }

    /// <summary>Listens again at the same address.</summary>
    public Task RestartAsync() => ListenAsync(Address.Port);

    /// <summary>Breaks every connection and goes on listening, as an ingress does to a stream that is too old.</summary>
    public void Abort()
    {
        foreach (var connection in _connections.Values)
            connection.Abort(new ConnectionAbortedException("told to"));
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await _app.DisposeAsync();
    }

    /// <summary>A reference to bytes that are the name itself: the fake stores nothing.</summary>
    public static string Reference(string name, string mediaType = "image/png", string? host = null) =>
        new ArtifactRef(name, mediaType, name.Length, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name))), host)
            .ToString();

    public static RpcException Refusal(string? pushbackMs) => new(
        new Status(StatusCode.ResourceExhausted, "the queue is full"),
        pushbackMs is null ? [] : new Metadata { { "grpc-retry-pushback-ms", pushbackMs } });

    private async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc(static grpc => grpc.CompressionProviders =
            [new GzipCompressionProvider(CompressionLevel.Fastest), new ZstdMessages()]);
        builder.Services.AddSingleton(this);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => async connection =>
            {
                _connections[connection.ConnectionId] = connection;
                await next(connection);
                _connections.TryRemove(connection.ConnectionId, out _);
            });
        }));
        _app = builder.Build();
        _app.MapGrpcService<FakeInference>();
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }
}
