using System.Runtime.InteropServices;
using Aigc.Artifacts;
using Aigc.Inference.Admission;
using Aigc.Inference.Batching;
using Aigc.Inference.Chain.Encodings;
using Aigc.Inference.Chain.Faults;
using Aigc.Inference.Chain.Flights;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Faults;
using Aigc.Inference.Imaging;
using Aigc.Inference.Models;
using Aigc.Inference.Prompts;
using Aigc.Inference.Scheduling;
using Aigc.Inference.Stages;

namespace Aigc.Inference.Chain;

/// <summary>Takes one picture through the stages of the chain.</summary>
internal sealed class PictureMaker(DiffusionEngine engine, IArtifactStore store, ChainOptions options, TimeProvider time, IChainLog? log)
    : IDisposable
{
    /// <summary>Embeddings as bytes.</summary>
    public EmbeddingCodec Embeddings { get; } = new();

    /// <summary>Makes a flight's picture; its own task says how that went.</summary>
    /// <remarks>
    /// When the method ends, no checkpoint is left of a picture that is stored, nor of one that was cancelled by callers that will not ask
    /// again. Those of a picture that is lost are kept: the host ends, its caller is gone, or something failed, and it may be asked for
    /// again. A lifecycle rule of the store takes those that nobody comes for, what could not be deleted, and every preview.
    /// </remarks>
    /// <param name="flight">The picture.</param>
    /// <param name="ticket">Its place in the queue's account.</param>
    /// <param name="ended">Called once the picture is stored or will never be, before anybody is told.</param>
    public async Task MakeAsync(PictureFlight flight, AdmissionTicket ticket, Action ended)
    {
        var cancellationToken = flight.Cancellation;
        try
        {
            using var lease = await LoadAsync(flight.Order.Card.Name, flight.Spans, cancellationToken).ConfigureAwait(false);
            var recorder = new FlightRecorder(flight, ticket, lease.Model, engine, store, options, time, log);
            try
            {
                var picture = flight.Order.Base is { } reference
                    ? await ReadBaseAsync(flight, reference, cancellationToken).ConfigureAwait(false)
                    : await GenerateAsync(flight, lease.Model, recorder, cancellationToken).ConfigureAwait(false);
                var made = await FinishAsync(flight, lease.Model, picture, cancellationToken).ConfigureAwait(false);
                ended();
                flight.Succeed(made);
                await recorder.CloseAsync().ConfigureAwait(false);
                await recorder.DeleteCheckpointsAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !flight.MayBeResumed)
            {
                await recorder.CloseAsync().ConfigureAwait(false);
                await recorder.DeleteCheckpointsAsync().ConfigureAwait(false);
                throw;
            }
            finally
            {
                // Whoever is told that the picture is lost must know its last checkpoint by then.
                await recorder.CloseAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            ended();
            flight.Fail(e is InferenceException fault ? fault.ToFault() : e);
        }
    }

    /// <summary>Holds a model, and notes the wait.</summary>
    public async Task<ModelLease> LoadAsync(string name, SpanRecorder spans, CancellationToken cancellationToken)
    {
        using (spans.Measure(ChainStage.Load))
            return await engine.Models.AcquireAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An input picture's latent.</summary>
    public async Task<float[]> PrepareAsync(
        LoadedModel model, ArtifactRef image, int width, int height, SpanRecorder spans, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(image, spans, cancellationToken).ConfigureAwait(false);
        return await engine.PrepareAsync(model, bytes, options.MaxInputPixels, width, height, spans, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => Embeddings.Dispose();

    /// <summary>Those of some prompts that were longer than the model reads.</summary>
    public static IReadOnlyList<EncodedPrompt> Truncated(IEnumerable<EncodedPrompt> prompts) => [.. prompts.Where(static prompt => prompt.Tokens.Truncated)];

    private async Task<Picture> GenerateAsync(
        PictureFlight flight, LoadedModel model, FlightRecorder recorder, CancellationToken cancellationToken)
    {
        var (order, picture) = (flight.Order, flight.Order.Picture);
        var embeddings = await EmbeddingsAsync(flight, model, cancellationToken).ConfigureAwait(false);
        var image = picture.Image is null ? [] : await LatentAsync(flight, model, cancellationToken).ConfigureAwait(false);
        var job = model.CreateJob(new PictureSettings(
            embeddings[picture.Prompt],
            embeddings.GetValueOrDefault(picture.NegativePrompt),
            picture.Width,
            picture.Height,
            picture.Steps,
            picture.Guidance,
            picture.Seed,
            picture.Scheduler)
        {
            Image = image,
            Strength = picture.Strength,
        });
        await ResumeAsync(flight, job, recorder, cancellationToken).ConfigureAwait(false);

        var queuedAt = time.GetTimestamp();
        var result = await engine.Batcher.DenoiseAsync(model, job, order.Deadline, recorder, cancellationToken).ConfigureAwait(false);
        foreach (var (start, end) in result.Moved)
        {
            flight.Spans.Add(ChainStage.Queue, queuedAt, start);
            flight.Spans.Add(ChainStage.Generate, start, end);
            queuedAt = end;
        }

        return await engine.DecodeAsync(model, job.Latent.ToArray(), picture.Width, picture.Height, flight.Spans, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PictureMade> FinishAsync(PictureFlight flight, LoadedModel model, Picture drawn, CancellationToken cancellationToken)
    {
        var (order, picture) = (flight.Order, flight.Order.Picture);
        if (order.StopAtBase)
        {
            var plain = order.RawBase
                ? await StoreAsync(flight, RawPicture.MediaType, () => RawPicture.Encode(drawn), cancellationToken).ConfigureAwait(false)
                : await StoreAsync(flight, PictureFormat.Png.MediaType, () => PictureEncoder.Encode(drawn, PictureFormat.Png), cancellationToken)
                    .ConfigureAwait(false);
            return order.Made(plain, found: false);
        }

        if (picture.Enhance)
            drawn = await engine.EnhanceAsync(model, drawn, flight.Spans, cancellationToken).ConfigureAwait(false);
        var parameters = new GenerationParameters(
            picture.Prompt,
            picture.NegativePrompt,
            picture.Steps,
            SchedulerCatalog.SamplerName(picture.Scheduler),
            picture.Guidance,
            picture.Seed,
            picture.Width,
            picture.Height,
            order.Card.Digest[..10],
            order.Card.Name);
        byte[] Encode() => PictureEncoder.Encode(drawn, picture.Format, picture.Quality, parameters.ToText());
        var stored = await StoreAsync(flight, picture.Format.MediaType, Encode, cancellationToken).ConfigureAwait(false);
        return order.Made(stored, found: false);
    }

    private async Task<ArtifactRef> StoreAsync(
        PictureFlight flight, string mediaType, Func<byte[]> encode, CancellationToken cancellationToken)
    {
        byte[] bytes;
        using (flight.Spans.Measure(ChainStage.Encode))
            bytes = encode();
        using (flight.Spans.Measure(ChainStage.Store))
            return (await store.PutAsync(flight.Order.Name, mediaType, bytes, cancellationToken).ConfigureAwait(false)).At(options.Host);
    }

    private async Task<Picture> ReadBaseAsync(PictureFlight flight, ArtifactRef reference, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(reference, flight.Spans, cancellationToken).ConfigureAwait(false);
        using (flight.Spans.Measure(ChainStage.Encode))
            return reference.MediaType == RawPicture.MediaType
                ? RawPicture.Decode(bytes.Span, options.MaxInputPixels)
                : PictureDecoder.Decode(bytes.Span, options.MaxInputPixels);
    }

    private async Task<Dictionary<string, ReadOnlyMemory<float>>> EmbeddingsAsync(
        PictureFlight flight, LoadedModel model, CancellationToken cancellationToken)
    {
        var picture = flight.Order.Picture;
        string[] texts = model.IsGuided(picture.Guidance) ? [picture.Prompt, picture.NegativePrompt] : [picture.Prompt];
        var embeddings = new Dictionary<string, ReadOnlyMemory<float>>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (flight.Order.Embeddings.TryGetValue(text, out var reference))
            {
                var bytes = await ReadAsync(reference, flight.Spans, cancellationToken).ConfigureAwait(false);
                embeddings[text] = ReadEmbedding(reference, bytes.Span, model.Networks.Description.EmbeddingLength);
            }
        }

        string[] missing = [.. texts.Where(text => !embeddings.ContainsKey(text))];
        var encoded = await engine.UnderstandAsync(model, missing, flight.Spans, cancellationToken).ConfigureAwait(false);
        foreach (var prompt in encoded)
            embeddings[prompt.Text] = prompt.Embedding;
        flight.Truncated = Truncated(encoded);
        return embeddings;
    }

    private async Task<float[]> LatentAsync(PictureFlight flight, LoadedModel model, CancellationToken cancellationToken)
    {
        var picture = flight.Order.Picture;
        if (flight.Order.Latent is not { } reference)
            return await PrepareAsync(model, picture.Image!, picture.Width, picture.Height, flight.Spans, cancellationToken).ConfigureAwait(false);
        return await ReadFloatsAsync(flight, reference, model.Shape(picture.Width, picture.Height).Length, cancellationToken).ConfigureAwait(false);
    }

    private async Task ResumeAsync(PictureFlight flight, DenoiseJob job, FlightRecorder recorder, CancellationToken cancellationToken)
    {
        if (flight.Order.Picture.Checkpoint is { } given)
        {
            recorder.ResumedFrom(given.Name);
            await ResumeAsync(flight, job, given, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!flight.Order.Resume)
            return;
        var found = new List<ArtifactRef>();
        await foreach (var there in store.ListAsync(flight.Order.Address.Checkpoints, cancellationToken).ConfigureAwait(false))
        {
            found.Add(there);
            recorder.ResumedFrom(there.Name);
        }

        foreach (var there in found.OrderByDescending(static there => there.Name, StringComparer.Ordinal))
        {
            try
            {
                await ResumeAsync(flight, job, there, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is FaultException { Kind: FaultKind.NotFound or FaultKind.DataLoss } or InferenceException { Kind: InferenceFault.BadRequest })
            {
                // Nobody asked for this one by name: another host may have deleted it just now, and where it is damaged an earlier one does.
            }
        }
    }

    private async Task ResumeAsync(PictureFlight flight, DenoiseJob job, ArtifactRef checkpoint, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(checkpoint, flight.Spans, cancellationToken).ConfigureAwait(false);
        job.Resume(DenoiseCheckpoint.Parse(bytes.Span));
        flight.Stepped(job.Step - job.Schedule.Begin);
    }

    private float[] ReadEmbedding(ArtifactRef reference, ReadOnlySpan<byte> bytes, int length)
    {
        try
        {
            return Embeddings.Read(reference.MediaType, bytes, length);
        }
        catch (InferenceException e) when (e.Kind == InferenceFault.BadRequest)
        {
            throw new InferenceException(InferenceFault.BadRequest, $"artifact '{reference.Name}': {e.Message}");
        }
    }

    private async Task<float[]> ReadFloatsAsync(PictureFlight flight, ArtifactRef reference, int length, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(reference, flight.Spans, cancellationToken).ConfigureAwait(false);
        return bytes.Length == length * sizeof(float)
            ? MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray()
            : throw new InferenceException(
                InferenceFault.BadRequest, $"artifact '{reference.Name}' has {bytes.Length} bytes where this model's have {length * sizeof(float)}");
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(ArtifactRef reference, SpanRecorder spans, CancellationToken cancellationToken)
    {
        try
        {
            using (spans.Measure(ChainStage.Store))
                return await store.ReadAsync(reference, cancellationToken).ConfigureAwait(false);
        }
        catch (FaultException e) when (e.Kind == FaultKind.DataLoss)
        {
            // The store's own words name a file of this host; the caller may be elsewhere, and its reference may be what is wrong.
            throw new FaultException(
                FaultKind.DataLoss,
                $"artifact '{reference.Name}' is not what its reference says: send the reference as it was given, or delete the artifact to have it made again",
                e);
        }
    }
}
