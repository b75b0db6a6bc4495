using Aigc.Contracts.Inference.V1;
using Aigc.GpuHost.Jobs;
using Aigc.GpuHost.Load;
using Aigc.GpuHost.Requests;
using Aigc.GpuHost.Telemetry;
using Aigc.Inference.Chain;
using Grpc.Core;

namespace Aigc.GpuHost.Inference;

/// <summary>The stages of the chain over gRPC: reads requests, starts calls, writes their events.</summary>
[BindServiceMethod(typeof(InferenceBinding), nameof(InferenceBinding.BindService))]
internal sealed class InferenceService(
    RequestReader requests, JobRegistry jobs, PictureChain chain, HostDescriber describer, LoadMonitor load, HostTelemetry telemetry)
    : Aigc.Contracts.Inference.V1.Inference.InferenceBase
{
    public override async Task Run(RunRequest request, IServerStreamWriter<RunResponse> responseStream, ServerCallContext context)
    {
        jobs.ThrowIfDraining();
        var call = await requests.ReadAsync(request, context.Deadline).ConfigureAwait(false);
        await StreamAsync(call, static next => new RunResponse { Event = next }, responseStream, context).ConfigureAwait(false);
    }

    public override async Task Generate(GenerateRequest request, IServerStreamWriter<GenerateResponse> responseStream, ServerCallContext context)
    {
        jobs.ThrowIfDraining();
        var call = await requests.ReadAsync(request, context.Deadline).ConfigureAwait(false);
        await StreamAsync(call, static next => new GenerateResponse { Event = next }, responseStream, context).ConfigureAwait(false);
    }

    public override async Task<EnhanceResponse> Enhance(EnhanceRequest request, ServerCallContext context)
    {
        jobs.ThrowIfDraining();
        var call = await requests.ReadAsync(request, context.Deadline).ConfigureAwait(false);
        var response = new EnhanceResponse();
        await ForEachAsync(
            call,
            next =>
            {
                if (next.Ledger is { } ledger)
                    response.Ledger = ledger;
                if (next.Picture is { } picture)
                    response.Pictures.Add(picture);
                return Task.CompletedTask;
            },
            context).ConfigureAwait(false);
        var ordered = response.Pictures.OrderBy(static picture => picture.Picture).ToArray();
        response.Pictures.Clear();
        response.Pictures.AddRange(ordered);
        return response;
    }

    public override async Task<UnderstandResponse> Understand(UnderstandRequest request, ServerCallContext context)
    {
        jobs.ThrowIfDraining();
        var measured = telemetry.Begin();
        var (model, texts) = await requests.ReadAsync(request).ConfigureAwait(false);
        var deadline = requests.Timestamp(context.Deadline);
        var outcome = await jobs.RunAsync(() => chain.UnderstandAsync(model, texts, deadline, context.CancellationToken)).ConfigureAwait(false);
        var response = new UnderstandResponse { Ledger = outcome.ToLedger(telemetry.End(measured, model, outcome.Spans)) };
        response.Embeddings.AddRange(outcome.Value.Select(static reference => reference.ToString()));
        return response;
    }

    public override async Task<PrepareResponse> Prepare(PrepareRequest request, ServerCallContext context)
    {
        jobs.ThrowIfDraining();
        var measured = telemetry.Begin();
        var (model, pictures) = await requests.ReadAsync(request).ConfigureAwait(false);
        var deadline = requests.Timestamp(context.Deadline);
        var outcome = await jobs.RunAsync(() => chain.PrepareAsync(model, pictures, deadline, context.CancellationToken)).ConfigureAwait(false);
        var response = new PrepareResponse { Ledger = outcome.ToLedger(telemetry.End(measured, model, outcome.Spans)) };
        response.Latents.AddRange(outcome.Value.Select(static reference => reference.ToString()));
        return response;
    }

    public override Task<CancelResponse> Cancel(CancelRequest request, ServerCallContext context) =>
        Task.FromResult(new CancelResponse { Cancelled = jobs.Cancel(request.JobId, discard: true) });

    public override Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context) => describer.DescribeAsync();

    public override Task WatchLoad(WatchLoadRequest request, IServerStreamWriter<WatchLoadResponse> responseStream, ServerCallContext context) =>
        load.WatchAsync(request.IntervalMs, responseStream, context.CancellationToken);

    private Task StreamAsync<T>(ChainCall call, Func<ChainEvent, T> response, IServerStreamWriter<T> stream, ServerCallContext context) =>
        ForEachAsync(call, next => stream.WriteAsync(response(next)), context);

    private async Task ForEachAsync(ChainCall call, Func<ChainEvent, Task> handle, ServerCallContext context)
    {
        var (id, events) = jobs.Start(call);
        try
        {
            await foreach (var next in events.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
                await handle(next).ConfigureAwait(false);
        }
        catch
        {
            // A job that was to be finished goes on without its caller.
            if (!call.Finish)
                jobs.Cancel(id);
            throw;
        }
    }
}
