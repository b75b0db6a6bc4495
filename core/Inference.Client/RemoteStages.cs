using System.Runtime.CompilerServices;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Calls;
using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Mapping;
using Aigc.Pipeline.Hosts;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;
using Grpc.Core;
using InferenceClient = Aigc.Contracts.Inference.V1.Inference.InferenceClient;

namespace Aigc.Inference.Client;

/// <summary>Carries stage calls out on hosts elsewhere, over gRPC. A host that is lost in mid-call is made up for by the others.</summary>
/// <remarks>
/// Calls may be made again without harm: artifacts are named by their inputs, and the first writer of a name wins. A call
/// that no host does within the limits of <see cref="RemoteStagesOptions"/> throws <see cref="FaultException"/>:
/// <see cref="FaultKind.Unavailable"/> where none answers, <see cref="FaultKind.Overloaded"/> where all stay full,
/// <see cref="FaultKind.BadModel"/> where hosts have different models, and otherwise what the host's status stands for.
/// </remarks>
public sealed class RemoteStages : IStageExecutor, IHostMonitor, IDisposable
{
    private readonly IArtifactStore _store;
    private readonly RemoteStagesOptions _options;
    private readonly TimeProvider _time;
    private readonly HostPool _hosts;
    private readonly HostMonitor _monitor;
    private volatile EngineCapabilities? _capabilities;

    /// <summary>Opens a channel to each host; nothing is sent before the first call.</summary>
    /// <param name="store">The store that the hosts share, in which finished pictures are looked up.</param>
    /// <param name="options">Where the hosts are.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="FaultException"><see cref="FaultKind.BadRequest"/>: the options have faults; the message has every one.</exception>
    public RemoteStages(IArtifactStore store, RemoteStagesOptions options, TimeProvider time)
    {
        if (options.Faults() is { Count: > 0 } faults)
            throw new FaultException(FaultKind.BadRequest, string.Join("; ", faults));
        (_store, _options, _time) = (store, options, time);
        _hosts = new HostPool(options, time);
        _monitor = new HostMonitor(_hosts, options, time);
    }

    /// <inheritdoc/>
    public async ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) =>
        _capabilities ??= await DescribeHostsAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <remarks>
    /// Asks all hosts at once, each for <see cref="RemoteStagesOptions.LookLimit"/> at most; callers within a second share the answers.
    /// </remarks>
    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken) => _monitor.LookAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Asks the store and no host.</remarks>
    public async Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        var start = _time.GetTimestamp();
        var found = new List<PictureResult>();
        foreach (var spec in input.Pictures)
        {
            if (await _store.FindAsync(spec.Name(model.ModelDigest), cancellationToken).ConfigureAwait(false) is not { } there)
                continue;
            var factor = spec.Enhance ? model.EnhanceFactor : 1;
            found.Add(new PictureResult(spec.Index, there, spec.Seed, spec.Width * factor, spec.Height * factor, Found: true));
        }

        return new FindOutput(found) { Spans = [new StageSpan(Pipeline.Stages.Stage.Store, 0, _time.GetElapsedTime(start).TotalMilliseconds)] };
    }

    /// <inheritdoc/>
    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        IAsyncEnumerable<ChainEvent> Open(
            InferenceClient client, IReadOnlyList<int> places, IReadOnlyList<PictureRequest> pictures, bool resume, CancellationToken token)
        {
            var request = new RunRequest
            {
                Model = model.ModelName,
                OnDisconnect = OnDisconnect.Finish,
                PreviewEverySteps = input.PreviewEverySteps,
                Resume = resume,
            };
            request.Pictures.Add(pictures);
            return EventsAsync(client.Run(request, cancellationToken: token), response => response.Event, token);
        }

        var (pictures, ledger, spans) = await ChainAsync(
            model, input.Pictures, spec => spec.Name(model.ModelDigest), Open, progress, cancellationToken).ConfigureAwait(false);
        return new ChainOutput([.. pictures.Select((p, i) => p.Message.ToResult(input.Pictures[i], p.Artifact))], ledger.ToTruncated()) { Spans = spans };
    }

    /// <inheritdoc/>
    public async Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        var request = new UnderstandRequest { Model = model.ModelName };
        request.Texts.Add(input.Texts);
        var (response, host, spans) = await UnaryAsync(
            (client, options) => client.UnderstandAsync(request, options), r => r.Ledger, cancellationToken).ConfigureAwait(false);
        var embeddings = Artifacts(response.Embeddings, input.Texts, text => PictureAddress.Embedding(model.ModelDigest, text), model, host);
        return new UnderstandOutput(embeddings, response.Ledger.ToTruncated()) { Spans = spans };
    }

    /// <inheritdoc/>
    public async Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        var request = new PrepareRequest { Model = model.ModelName };
        request.Pictures.Add(input.Pictures.Select(picture => picture.ToRequest()));
        var (response, host, spans) = await UnaryAsync(
            (client, options) => client.PrepareAsync(request, options), r => r.Ledger, cancellationToken).ConfigureAwait(false);
        var latents = Artifacts(
            response.Latents, input.Pictures, p => PictureAddress.Latent(model.ModelDigest, p.Image.Sha256, p.Width, p.Height), model, host);
        return new PrepareOutput(latents) { Spans = spans };
    }

    /// <inheritdoc/>
    public async Task<GenerateOutput> GenerateAsync(GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        IAsyncEnumerable<ChainEvent> Open(
            InferenceClient client, IReadOnlyList<int> places, IReadOnlyList<PictureRequest> pictures, bool resume, CancellationToken token)
        {
            var request = new GenerateRequest
            {
                Model = model.ModelName,
                OnDisconnect = OnDisconnect.Finish,
                PreviewEverySteps = input.PreviewEverySteps,
                Resume = resume,
            };
            request.Pictures.Add(pictures);
            foreach (var (text, embedding) in input.Embeddings)
                request.Embeddings[text] = embedding.ToString();
            for (var i = 0; i < places.Count; i++)
            {
                if (input.Latents?.GetValueOrDefault(input.Pictures[places[i]].Index) is { } latent)
                    request.Latents[i] = latent.ToString();
            }

            return EventsAsync(client.Generate(request, cancellationToken: token), response => response.Event, token);
        }

        var (pictures, ledger, spans) = await ChainAsync(
            model, input.Pictures, spec => spec.Address(model.ModelDigest).Base, Open, progress, cancellationToken).ConfigureAwait(false);
        return new GenerateOutput([.. pictures.Select(p => p.Artifact)]) { Spans = spans, Truncated = ledger.ToTruncated() };
    }

    /// <inheritdoc/>
    public async Task<EnhanceOutput> EnhanceAsync(EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        var request = new EnhanceRequest { Model = model.ModelName };
        request.Pictures.Add(input.Pictures.Select(spec => spec.ToRequest()));
        request.Bases.Add(input.Bases.Select(b => b.ToString()));
        var (response, host, spans) = await UnaryAsync(
            (client, options) => client.EnhanceAsync(request, options), r => r.Ledger, cancellationToken).ConfigureAwait(false);
        var artifacts = Artifacts(response.Pictures.Select(p => p.Artifact), input.Pictures, spec => spec.Name(model.ModelDigest), model, host);
        progress.Report(new StageProgress(0, input.Pictures.Count));
        return new EnhanceOutput([.. response.Pictures.Select((p, i) => p.ToResult(input.Pictures[i], artifacts[i]))]) { Spans = spans };
    }

    /// <summary>Closes the channels; calls under way break off, and their hosts go on with them.</summary>
    public void Dispose() => _hosts.Dispose();

    private static async IAsyncEnumerable<ChainEvent> EventsAsync<T>(
        AsyncServerStreamingCall<T> call, Func<T, ChainEvent> eventOf, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using (call)
        {
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return eventOf(response) ?? new ChainEvent();
        }
    }

    private static ArtifactRef[] Artifacts<T>(
        IEnumerable<string> tokens, IReadOnlyList<T> inputs, Func<T, string> nameOf, EngineCapabilities model, string host)
    {
        string[] answers = [.. tokens];
        return answers.Length == inputs.Count
            ? [.. answers.Select((token, i) => ProtoMapping.ToArtifact(token, nameOf(inputs[i]), model, host))]
            : throw ProtoMapping.Breach(host, $"with {answers.Length} artifacts for {inputs.Count} inputs");
    }

    private async Task<(IReadOnlyList<(FinishedPicture Message, ArtifactRef Artifact)> Pictures, Ledger? Ledger, IReadOnlyList<StageSpan> Spans)> ChainAsync(
        EngineCapabilities model,
        IReadOnlyList<PictureSpec> pictures,
        Func<PictureSpec, string> nameOf,
        ChainOpener open,
        IProgress<StageProgress> progress,
        CancellationToken cancellationToken)
    {
        var steps = new ChainProgress(pictures, progress);
        var chain = new ChainCall(model, pictures, nameOf, open, steps, _options, _time);
        var call = new RetriedCall(_hosts, _options, _time);
        var startMs = 0.0;
        try
        {
            var ledger = await call.RunAsync(
                host =>
                {
                    startMs = call.ElapsedMs;
                    return chain.AttemptAsync(host, cancellationToken);
                },
                cancellationToken).ConfigureAwait(false);
            steps.End();
            return (chain.Finished, ledger, [.. call.Waits, .. ledger.ToSpans(startMs, call.ElapsedMs)]);
        }
        catch (OperationCanceledException)
        {
            await chain.CancelLostAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<(T Response, string Host, IReadOnlyList<StageSpan> Spans)> UnaryAsync<T>(
        Func<InferenceClient, CallOptions, AsyncUnaryCall<T>> send, Func<T, Ledger?> ledgerOf, CancellationToken cancellationToken)
    {
        var call = new RetriedCall(_hosts, _options, _time);
        return await call.RunAsync(
            async host =>
            {
                var startMs = call.ElapsedMs;
                using var sent = send(host.Client, new CallOptions(cancellationToken: cancellationToken));
                var response = await sent.ResponseAsync.ConfigureAwait(false);
                IReadOnlyList<StageSpan> spans = [.. call.Waits, .. ledgerOf(response).ToSpans(startMs, call.ElapsedMs)];
                return (response, host.Name, spans);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<EngineCapabilities> DescribeHostsAsync(CancellationToken cancellationToken)
    {
        var (first, host) = await new RetriedCall(_hosts, _options, _time).RunAsync(
            async host =>
            {
                var response = await host.Client.DescribeAsync(new DescribeRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);
                return (response, host.Host);
            },
            cancellationToken).ConfigureAwait(false);
        var model = first.ToCapabilities(_options.Model, _hosts.NameOf(host));
        var others = Enumerable.Range(0, _hosts.Count).Where(other => other != host);
        await Task.WhenAll(others.Select(other => CheckModelAsync(other, model, _hosts.NameOf(host), cancellationToken))).ConfigureAwait(false);
        return model;
    }

    /// <summary>Refuses a host that has another model. One that does not answer now is held against its artifacts' names later.</summary>
    private async Task CheckModelAsync(int other, EngineCapabilities model, string host, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        DescribeResponse response;
        try
        {
            response = await _hosts.ClientOf(other).DescribeAsync(new DescribeRequest(), cancellationToken: either.Token).ConfigureAwait(false);
        }
        catch (RpcException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return;
        }

        var theirs = response.ToCapabilities(model.ModelName, _hosts.NameOf(other));
        if (theirs.ModelDigest != model.ModelDigest)
        {
            throw new FaultException(
                FaultKind.BadModel,
                $"hosts have different models of the name '{model.ModelName}': {host} one with digest {model.ModelDigest}, "
                + $"{_hosts.NameOf(other)} one with {theirs.ModelDigest}: give every host the same model files");
        }
    }
}
