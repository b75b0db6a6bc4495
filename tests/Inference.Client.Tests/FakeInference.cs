using System.Threading.Channels;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Grpc.Core;
using ServiceBase = Aigc.Contracts.Inference.V1.Inference.InferenceBase;

namespace Aigc.Inference.Client.Tests;

/// <summary>The service of a <see cref="FakeHost"/>.</summary>
internal sealed class FakeInference(FakeHost host) : ServiceBase
{
    public override async Task<DescribeResponse> Describe(DescribeRequest request, ServerCallContext context)
    {
        host.Calls.Enqueue("Describe");
        await host.OnDescribe(context);
        return new DescribeResponse
        {
            Models = { host.Model, new Model(host.Model) { Name = "other", Digest = "d9" } },
            Limits = host.Limits,
            Devices = { new Device { Provider = "cuda", Index = 1 } },
            Host = host.Own ?? "",
        };
    }

    public override async Task WatchLoad(
        WatchLoadRequest request, IServerStreamWriter<WatchLoadResponse> responses, ServerCallContext context)
    {
        host.Calls.Enqueue("WatchLoad");
        await host.OnLoad(context);
        var told = Channel.CreateUnbounded<WatchLoadResponse>();
        host.Watchers[told] = true;
        try
        {
            await responses.WriteAsync(host.Load);
            host.Watched.TrySetResult();
            // As a host does, it goes on for as long as its caller listens.
            await foreach (var load in told.Reader.ReadAllAsync(context.CancellationToken))
                await responses.WriteAsync(load);
        }
        catch (OperationCanceledException)
        {
            // The caller has gone.
        }
        finally
        {
            host.Watchers.TryRemove(told, out _);
        }
    }

    public override Task Run(RunRequest request, IServerStreamWriter<RunResponse> responses, ServerCallContext context)
    {
        host.Calls.Enqueue("Run");
        host.Runs.Enqueue(request);
        return PlayAsync(new FakeChain(host, request.Pictures, NameOf, e => responses.WriteAsync(new RunResponse { Event = e }), context));
    }

    public override Task Generate(GenerateRequest request, IServerStreamWriter<GenerateResponse> responses, ServerCallContext context)
    {
        host.Calls.Enqueue("Generate");
        host.Generates.Enqueue(request);
        return PlayAsync(new FakeChain(
            host,
            request.Pictures,
            p => request.Raw && host.KnowsRaw ? Address(p).RawBase : Address(p).Base,
            e => responses.WriteAsync(new GenerateResponse { Event = e }),
            context));
    }

    public override async Task<UnderstandResponse> Understand(UnderstandRequest request, ServerCallContext context)
    {
        host.Calls.Enqueue("Understand");
        await host.OnUnary(context);
        var answer = new UnderstandResponse
        {
            Ledger = new Ledger
            {
                TotalMs = 2,
                Spans = { new Span { Stage = Stage.Understand, StartMs = .5, EndMs = 1.5 } },
                Truncated = { new TruncatedText { Text = request.Texts[0], At = 1, Tokens = 80, Limit = 77 } },
            },
        };
        answer.Embeddings.Add(request.Texts.Select(t => FakeHost.Reference(PictureAddress.Embedding(host.Digest, t), host: host.Own)));
        return answer;
    }

    public override async Task<PrepareResponse> Prepare(PrepareRequest request, ServerCallContext context)
    {
        host.Calls.Enqueue("Prepare");
        await host.OnUnary(context);
        var answer = new PrepareResponse();
        answer.Latents.Add(request.Pictures.Select(p => FakeHost.Reference(
            PictureAddress.Latent(host.Digest, ArtifactRef.Parse(p.Image).Sha256, p.Width, p.Height))));
        return answer;
    }

    public override async Task<EnhanceResponse> Enhance(EnhanceRequest request, ServerCallContext context)
    {
        host.Calls.Enqueue("Enhance");
        await host.OnUnary(context);
        var answer = new EnhanceResponse();
        answer.Pictures.Add(request.Pictures.Select((p, i) => new FinishedPicture
        {
            Picture = i,
            Artifact = FakeHost.Reference(NameOf(p)),
            Seed = p.Seed,
            Width = p.Width * 4,
            Height = p.Height * 4,
        }));
        return answer;
    }

    public override Task<CancelResponse> Cancel(CancelRequest request, ServerCallContext context)
    {
        host.Calls.Enqueue("Cancel");
        host.Cancels.Enqueue(request.JobId);
        host.Cancelled.TrySetResult(request.JobId);
        return Task.FromResult(new CancelResponse { Cancelled = true });
    }

    private Task PlayAsync(FakeChain chain) => host.Scripts.TryDequeue(out var script) ? script(chain) : chain.AnswerAsync();

    private string NameOf(PictureRequest p) => Address(p).Picture(p.Enhance, p.Format switch
    {
        OutputFormat.Png => "png",
        OutputFormat.Jpeg => "jpg",
        _ => "webp",
    }, p.Format == OutputFormat.Png ? 0 : p.Quality);

    private PictureAddress Address(PictureRequest p) => new(
        host.Digest, p.Prompt, p.NegativePrompt, p.Width, p.Height, p.Steps, p.Guidance, p.Seed, p.Scheduler,
        p.Image.Length > 0 ? ArtifactRef.Parse(p.Image).Sha256 : null, p.HasStrength ? p.Strength : 1);
}
