using System.Runtime.CompilerServices;
using Aigc.Artifacts;
using Aigc.Contracts.Inference.V1;
using Aigc.Inference.Client.Calls;
using Aigc.Inference.Client.Hosts;
using Aigc.Inference.Client.Hosts.Policies;
using Aigc.Inference.Client.Hosts.Sources;
using Aigc.Inference.Client.Mapping;
using Aigc.Inference.Client.Resilience;
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
public sealed class RemoteStages : IStageExecutor, IHostMonitor, IDisposable, IAsyncDisposable
{
    private readonly IArtifactStore _store;
    private readonly RemoteStagesOptions _options;
    private readonly TimeProvider _time;
    private readonly HostPool _hosts;
    private readonly HostMonitor _monitor;
    private readonly StagePipelines _pipelines;
    private readonly HostFollower? _follower;
    private volatile EngineCapabilities? _capabilities;

    /// <summary>
    /// Opens a channel to each host, and where <see cref="RemoteStagesOptions.Watch"/> says so a stream of its load. Waits for none of it.
    /// </summary>
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
        _pipelines = new StagePipelines(options.Resilience, _hosts, time);
        if (options.Watch)
            _hosts.Watch();
        if (options.Source is { } source)
        {
            _follower = new HostFollower(source, _hosts, options, time);
            _ = _follower.RunAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask<EngineCapabilities> DescribeAsync(CancellationToken cancellationToken) =>
        _capabilities ??= await new ModelCheck(_hosts, _options, _time).DescribeAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    /// <remarks>
    /// Loads are those that the hosts' streams told last. What else there is to say of them all hosts are asked at once, each for
    /// <see cref="RemoteStagesOptions.LookLimit"/> at most; callers within a second share the answers.
    /// </remarks>
    public ValueTask<IReadOnlyList<HostReport>> LookAsync(CancellationToken cancellationToken) => _monitor.LookAsync(cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Asks the store and no host.</remarks>
    public async Task<FindOutput> FindAsync(FindInput input, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        return await _pipelines[StageKind.Find].RunAsync(
            (_, _, token) => FindAsync(input, model, token), mayHedge: false, givesWay: false, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ChainOutput> RunChainAsync(ChainInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        IAsyncEnumerable<ChainEvent> Open(
            InferenceClient client, IReadOnlyList<int> places, IReadOnlyList<PictureRequest> pictures, bool resume, CallOptions options)
        {
            var request = new RunRequest
            {
                Model = model.ModelName,
                OnDisconnect = OnDisconnect.Finish,
                PreviewEverySteps = input.PreviewEverySteps,
                Resume = resume,
            };
            request.Pictures.Add(pictures);
            return EventsAsync(client.Run(request, options), response => response.Event, options.CancellationToken);
        }

        var inputs = input.Pictures.Select(p => p.Image);
        var (pictures, ledger, spans) = await ChainAsync(
            StageKind.Run, model, input.Pictures, spec => [spec.Name(model.ModelDigest)], false, Open, inputs, input.GivesWay, progress,
            cancellationToken)
            .ConfigureAwait(false);
        var results = pictures.Select((p, i) => p.Message.ToResult(input.Pictures[i], p.Artifact));
        return new ChainOutput([.. results], ledger.ToTruncated()) { Spans = spans };
    }

    /// <inheritdoc/>
    public async Task<UnderstandOutput> UnderstandAsync(UnderstandInput input, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        var request = new UnderstandRequest { Model = model.ModelName };
        request.Texts.Add(input.Texts);
        var (response, host, spans) = await UnaryAsync(
            StageKind.Understand,
            mayHedge: true,
            [],
            (client, options) => client.UnderstandAsync(request, options),
            r => r.Ledger,
            givesWay: false,
            cancellationToken).ConfigureAwait(false);
        var embeddings = Artifacts(
            response.Embeddings, input.Texts, text => PictureAddress.Embedding(model.ModelDigest, text), model, host);
        return new UnderstandOutput(embeddings, response.Ledger.ToTruncated()) { Spans = spans };
    }

    /// <inheritdoc/>
    public async Task<PrepareOutput> PrepareAsync(PrepareInput input, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        var request = new PrepareRequest { Model = model.ModelName };
        request.Pictures.Add(input.Pictures.Select(picture => picture.ToRequest()));
        var (response, host, spans) = await UnaryAsync(
            StageKind.Prepare,
            input.Pictures.Count == 1,
            input.Pictures.Select(picture => picture.Image),
            (client, options) => client.PrepareAsync(request, options),
            r => r.Ledger,
            givesWay: false,
            cancellationToken).ConfigureAwait(false);
        var latents = Artifacts(
            response.Latents,
            input.Pictures,
            p => PictureAddress.Latent(model.ModelDigest, p.Image.Sha256, p.Width, p.Height),
            model,
            host);
        return new PrepareOutput(latents) { Spans = spans };
    }

    /// <inheritdoc/>
    public async Task<GenerateOutput> GenerateAsync(
        GenerateInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        IAsyncEnumerable<ChainEvent> Open(
            InferenceClient client, IReadOnlyList<int> places, IReadOnlyList<PictureRequest> pictures, bool resume, CallOptions options)
        {
            var request = new GenerateRequest
            {
                Model = model.ModelName,
                OnDisconnect = OnDisconnect.Finish,
                PreviewEverySteps = input.PreviewEverySteps,
                Resume = resume,
                Raw = input.Raw,
            };
            request.Pictures.Add(pictures);
            foreach (var (text, embedding) in input.Embeddings)
                request.Embeddings[text] = embedding.ToString();
            for (var i = 0; i < places.Count; i++)
            {
                if (input.Latents?.GetValueOrDefault(input.Pictures[places[i]].Index) is { } latent)
                    request.Latents[i] = latent.ToString();
            }

            return EventsAsync(client.Generate(request, options), response => response.Event, options.CancellationToken);
        }

        var inputs = input.Pictures.Select(p => input.Latents?.GetValueOrDefault(p.Index) ?? p.Image).Concat(input.Embeddings.Values);
        IReadOnlyList<string> NamesOf(PictureSpec spec)
        {
            var address = spec.Address(model.ModelDigest);
            // A host of an earlier release knows PNG alone.
            return input.Raw ? [address.RawBase, address.Base] : [address.Base];
        }

        var (pictures, ledger, spans) = await ChainAsync(
            StageKind.Generate, model, input.Pictures, NamesOf, true, Open, inputs, input.GivesWay, progress, cancellationToken)
            .ConfigureAwait(false);
        return new GenerateOutput([.. pictures.Select(p => p.Artifact)]) { Spans = spans, Truncated = ledger.ToTruncated() };
    }

    /// <inheritdoc/>
    public async Task<EnhanceOutput> EnhanceAsync(
        EnhanceInput input, IProgress<StageProgress> progress, CancellationToken cancellationToken)
    {
        var model = await DescribeAsync(cancellationToken).ConfigureAwait(false);
        var request = new EnhanceRequest { Model = model.ModelName };
        request.Pictures.Add(input.Pictures.Select(spec => spec.ToRequest()));
        request.Bases.Add(input.Bases.Select(b => b.ToString()));
        var (response, host, spans) = await UnaryAsync(
            StageKind.Enhance,
            input.Pictures.Count == 1,
            input.Bases,
            (client, options) => client.EnhanceAsync(request, options),
            r => r.Ledger,
            input.GivesWay,
            cancellationToken).ConfigureAwait(false);
        var artifacts = Artifacts(
            response.Pictures.Select(p => p.Artifact), input.Pictures, spec => spec.Name(model.ModelDigest), model, host);
        progress.Report(new StageProgress(0, input.Pictures.Count));
        return new EnhanceOutput([.. response.Pictures.Select((p, i) => p.ToResult(input.Pictures[i], artifacts[i]))]) { Spans = spans };
    }

    /// <summary>Closes the channels; calls under way break off, and their hosts go on with them.</summary>
    public void Dispose()
    {
        _follower?.Dispose();
        _hosts.Dispose();
    }

    /// <summary>
    /// Sends no more calls, and closes the channels once those under way are done, or after <see cref="RemoteStagesOptions.DrainLimit"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _follower?.Dispose();
        await _hosts.DisposeAsync().ConfigureAwait(false);
    }

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
        IEnumerable<string> tokens, IReadOnlyList<T> inputs, Func<T, string> nameOf, EngineCapabilities model, HostAttempt host)
    {
        string[] answers = [.. tokens];
        return answers.Length == inputs.Count
            ? [.. answers.Select((token, i) => host.Holding(ProtoMapping.ToArtifact(token, nameOf(inputs[i]), model, host.Name)))]
            : throw ProtoMapping.Breach(host.Name, $"with {answers.Length} artifacts for {inputs.Count} inputs");
    }

    private async Task<FindOutput> FindAsync(FindInput input, EngineCapabilities model, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var found = new List<PictureResult>();
        foreach (var spec in input.Pictures)
        {
            if (await _store.FindAsync(spec.Name(model.ModelDigest), cancellationToken).ConfigureAwait(false) is not { } there)
                continue;
            var factor = spec.Enhance ? model.EnhanceFactor : 1;
            found.Add(new PictureResult(spec.Index, there, spec.Seed, spec.Width * factor, spec.Height * factor, Found: true));
        }

        var tookMs = _time.GetElapsedTime(start).TotalMilliseconds;
        return new FindOutput(found) { Spans = [new StageSpan(Pipeline.Stages.Stage.Store, 0, tookMs)] };
    }

    private Task<ChainMade> ChainAsync(
        StageKind kind,
        EngineCapabilities model,
        IReadOnlyList<PictureSpec> pictures,
        Func<PictureSpec, IReadOnlyList<string>> namesOf,
        bool goesOn,
        ChainOpener open,
        IEnumerable<ArtifactRef?> inputs,
        bool givesWay,
        IProgress<StageProgress> progress,
        CancellationToken cancellationToken)
    {
        var from = CallInputs.Of(inputs);
        return _pipelines[kind].RunAsync(
            async (run, _, token) =>
            {
                var steps = new ChainProgress(pictures, progress);
                var chain = new ChainCall(model, pictures, namesOf, goesOn, open, run.Deadline, steps, _options, _time);
                var call = new RetriedCall(_hosts, _options, _time, from, run);
                var startMs = 0.0;
                try
                {
                    var ledger = await call.RunAsync(
                        host =>
                        {
                            startMs = call.ElapsedMs;
                            return chain.AttemptAsync(host, token);
                        },
                        token).ConfigureAwait(false);
                    steps.End();
                    return new ChainMade(chain.Finished, ledger, [.. call.Waits, .. ledger.ToSpans(startMs, call.ElapsedMs)]);
                }
                catch (OperationCanceledException)
                {
                    await chain.CancelLostAsync().ConfigureAwait(false);
                    throw;
                }
            },
            mayHedge: false,
            givesWay,
            cancellationToken);
    }

    private async Task<(T Response, HostAttempt Host, IReadOnlyList<StageSpan> Spans)> UnaryAsync<T>(
        StageKind kind,
        bool mayHedge,
        IEnumerable<ArtifactRef> inputs,
        Func<InferenceClient, CallOptions, AsyncUnaryCall<T>> send,
        Func<T, Ledger?> ledgerOf,
        bool givesWay,
        CancellationToken cancellationToken)
        where T : class
    {
        var from = CallInputs.Of(inputs);
        var answered = await _pipelines[kind].RunAsync(
            async (run, without, token) =>
            {
                var call = new RetriedCall(_hosts, _options, _time, from, run, without);
                return await call.RunAsync(
                    async host =>
                    {
                        var startMs = call.ElapsedMs;
                        using var sent = send(host.Client, new CallOptions(deadline: run.Deadline, cancellationToken: token));
                        var response = await sent.ResponseAsync.ConfigureAwait(false);
                        IReadOnlyList<StageSpan> spans = [.. call.Waits, .. ledgerOf(response).ToSpans(startMs, call.ElapsedMs)];
                        return Tuple.Create(response, host, spans);
                    },
                    token).ConfigureAwait(false);
            },
            mayHedge,
            givesWay,
            cancellationToken).ConfigureAwait(false);
        return (answered.Item1, answered.Item2, answered.Item3);
    }

    private sealed record ChainMade(
        IReadOnlyList<(FinishedPicture Message, ArtifactRef Artifact)> Pictures, Ledger? Ledger, IReadOnlyList<StageSpan> Spans);
}
