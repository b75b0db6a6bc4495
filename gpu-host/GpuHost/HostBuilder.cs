using System.IO.Compression;
using Aigc.Artifacts;
using Aigc.Caching;
using Aigc.Compression;
using Aigc.GpuHost.Caching;
using Aigc.GpuHost.Compression;
using Aigc.GpuHost.Configuration;
using Aigc.GpuHost.Faults;
using Aigc.GpuHost.Images;
using Aigc.GpuHost.Inference;
using Aigc.GpuHost.Jobs;
using Aigc.GpuHost.Lifetime;
using Aigc.GpuHost.Load;
using Aigc.GpuHost.Probes;
using Aigc.GpuHost.Requests;
using Aigc.GpuHost.Storage;
using Aigc.GpuHost.Telemetry;
using Aigc.Inference.Chain;
using Aigc.Inference.Models;
using Aigc.Inference.Onnx;
using Aigc.Inference.Onnx.Devices;
using Aigc.Inference.Prompts;
using Aigc.Inference.Stages;
using Grpc.Net.Compression;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Caching.Hybrid;

namespace Aigc.GpuHost;

/// <summary>Puts the host together.</summary>
internal static class HostBuilder
{
    private const string Ready = "ready";

    // Of SDXL it is 315 KB.
    private const int MaxEmbeddingBytes = 1 << 20;

    // Beyond the grace period, for checkpoints to be written.
    private static readonly TimeSpan _lastWrites = TimeSpan.FromSeconds(8);

    // An embedding is never out of date: its key names all that it follows from. So long it may be worth its place.
    private static readonly TimeSpan _embeddingLife = TimeSpan.FromDays(1);

    /// <param name="args">Settings, as in <c>--Listen:GrpcPort 5001</c>.</param>
    /// <param name="services">Changes the parts before they are put together; null for none.</param>
    /// <exception cref="FaultException">The configuration has faults, all of which the message names.</exception>
    /// <exception cref="Aigc.Inference.Faults.InferenceException">The model root has no sound model, or the device cannot start.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? services = null)
    {
        var builder = CreateBuilder(args);
        var options = ConfigurationReader.Read(builder.Configuration, args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Listen));
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(
            host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.Shutdown.GraceSeconds) + _lastWrites);
        builder.AddTelemetry(options.Telemetry);
        AddChain(builder.Services, options);
        AddGrpc(builder.Services, options);
        builder.Services.AddHealthChecks().AddCheck<Readiness>(Ready, tags: [Ready]);
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseFrameFaults();
        app.MapGrpcService<InferenceService>();
        app.MapGrpcService<ImageGeneratorService>();
        app.MapGrpcHealthChecksService();
        app.MapGrpcReflectionService();
        app.MapWhen(Listeners.IsProbe, static probes => probes
            .UseMetrics()
            .UseHealthChecks("/healthz", new HealthCheckOptions { Predicate = static _ => false })
            .UseHealthChecks("/readyz", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(Ready) }));
        return app;
    }

    private static WebApplicationBuilder CreateBuilder(string[] args)
    {
        try
        {
            return WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            // An argument of one dash, or an appsettings.json that is no JSON.
            throw new FaultException(FaultKind.BadRequest, $"configuration: {e.Message.TrimEnd('.')}: arguments are given as in --Listen:GrpcPort 5001", e);
        }
    }

    private static void AddChain(IServiceCollection services, GpuHostOptions options)
    {
        var engineOptions = new EngineOptions
        {
            Batching = options.Batching,
            Admission = options.Admission,
            Models = new ModelPoolOptions { MemoryBudgetBytes = options.Models.MemoryBudgetBytes },
            Lanes = options.Lanes,
        };
        // Read before anything listens: a host without a sound model is of no use to anybody.
        var catalog = ModelCatalog.Open(options.Models.Root, options.Models.Default);
        services.AddSingleton(options);
        services.AddSingleton(options.Limits);
        services.AddSingleton(TimeProvider.System);
        var store = StoreFactory.Create(options.Store);
        services.AddSingleton(store);
        services.AddSingleton<IArtifactStore>(store);
        AddSharedEmbeddings(services, options.Cache);
        services.AddSingleton(OnnxDiffusionModel.FindDevice(options.Execution));
        services.AddSingleton<Func<ModelFolder, IDiffusionModel>>(folder => OnnxDiffusionModel.Load(folder, options.Execution));
        services.AddSingleton(provider => new DiffusionEngine(
            catalog,
            provider.GetRequiredService<Func<ModelFolder, IDiffusionModel>>(),
            engineOptions,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ISharedEmbeddings>()));
        services.AddSingleton(provider => new PictureChain(
            provider.GetRequiredService<DiffusionEngine>(),
            provider.GetRequiredService<IArtifactStore>(),
            options.Chain,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IChainLog>()));
        services.AddSingleton<JobRegistry>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<HostDescriber>();
        services.AddSingleton<LoadMonitor>();
        services.AddSingleton<Readiness>();
        services.AddHostedService<Drain>();
        services.AddHostedService<WarmUp>();
    }

    private static void AddSharedEmbeddings(IServiceCollection services, CacheOptions options)
    {
        if (options.Redis is not { } redis)
            return;
        services.AddSharedCache(new SharedCacheOptions
        {
            Redis = redis,
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            Life = _embeddingLife,
            MaxPayloadBytes = MaxEmbeddingBytes,
        });
        services.AddSingleton<ISharedEmbeddings>(static provider => new SharedEmbeddings(
            provider.GetRequiredService<HybridCache>(), provider.GetRequiredService<ExecutionDevice>().Provider));
    }

    private static void AddGrpc(IServiceCollection services, GpuHostOptions options)
    {
        services.AddGrpc(grpc =>
        {
            grpc.Interceptors.Add<FaultInterceptor>();
            grpc.Interceptors.Add<AnswerCompression>();
            // The first two are gRPC's own, which a list of others would replace.
            grpc.CompressionProviders =
            [
                new GzipCompressionProvider(CompressionLevel.Fastest), new DeflateCompressionProvider(CompressionLevel.Fastest), new ZstdMessages(),
            ];
            grpc.ResponseCompressionAlgorithm = ZstdMessages.Name;
            grpc.MaxReceiveMessageSize = options.Listen.MaxMessageBytes;
            // GenerateImage answers with a whole picture.
            grpc.MaxSendMessageSize = null;
        });
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks(static health => health.Services.Map("", static check => check.Tags.Contains(Ready)));
    }
}
