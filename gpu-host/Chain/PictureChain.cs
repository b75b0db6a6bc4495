using System.Runtime.InteropServices;
using Aigc.Artifacts;
using Aigc.Inference.Admission;
using Aigc.Inference.Chain.Encodings;
using Aigc.Inference.Chain.Faults;
using Aigc.Inference.Chain.Flights;
using Aigc.Inference.Chain.Ledger;
using Aigc.Inference.Models;
using Aigc.Inference.Stages;

namespace Aigc.Inference.Chain;

/// <summary>
/// The chain on one engine and one store, by reference: what is stored is found, what another call is making is shared, and the rest is
/// made. Safe for many calls at once.
/// </summary>
/// <remarks>
/// Every method throws <see cref="FaultException"/> for what it cannot do, and <see cref="OperationCanceledException"/> when cancelled:
/// a picture that no call wants any more leaves its batch before the next step.
/// </remarks>
/// <param name="engine">Computes.</param>
/// <param name="store">Keeps; its memory is what a next stage on this host reads from.</param>
/// <param name="options">Its settings.</param>
/// <param name="time">The engine's clock.</param>
/// <param name="log">Told what is done; null for nobody.</param>
public sealed class PictureChain(DiffusionEngine engine, IArtifactStore store, ChainOptions options, TimeProvider time, IChainLog? log = null)
    : IAsyncDisposable
{
    private const string FloatsMediaType = "application/vnd.aigc.f32";

    private readonly FlightRegistry _flights = new(time);
    private readonly PictureMaker _maker = new(engine, store, options, time, log);

    /// <summary>What a model can do.</summary>
    /// <param name="model">Its name; empty for the default.</param>
    public Task<ModelCard> DescribeAsync(string model) => InferenceFaultMapping.FaultsOf(() => engine.Models.Catalog.CardAsync(model));

    /// <summary>Makes pictures, or finds them.</summary>
    /// <param name="call">The pictures.</param>
    /// <param name="observer">Told how it goes.</param>
    /// <param name="cancellationToken">The caller wants them no longer.</param>
    /// <returns>One for each picture, in order.</returns>
    public Task<ChainOutcome<PictureMade>> RunAsync(ChainCall call, IChainObserver observer, CancellationToken cancellationToken) =>
        InferenceFaultMapping.FaultsOf(async () =>
        {
            var start = time.GetTimestamp();
            var spans = new SpanRecorder(time);
            var card = await engine.Models.Catalog.CardAsync(call.Model).ConfigureAwait(false);
            FlightOrder[] orders = [.. call.Pictures.Select((picture, place) => Order(card, call, picture, place))];
            Array.ForEach(orders, static order => order.RefuseForeign());
            var progress = new CallProgress(observer, orders.Sum(static order => order.StepCount), call.PreviewEverySteps);
            var made = new PictureMade[orders.Length];
            var tally = new PictureTally(log, card.Name, orders.Length);
            var flown = new List<PictureFlight>();
            int[] pending = [.. Enumerable.Range(0, orders.Length)];
            for (var attempt = 0; pending.Length > 0; attempt++)
            {
                var seats = _flights.Join([.. pending.Select(place => orders[place])]);
                var seated = pending.Zip(seats, static (place, seat) => (Place: place, seat.Flight, seat.IsNew)).ToArray();
                foreach (var (place, flight, _) in seated)
                    flight.Add(progress, place);
                try
                {
                    PictureFlight[] fresh = [.. seated.Where(static seat => seat.IsNew).Select(static seat => seat.Flight)];
                    var joined = seated.Any(seat => !fresh.Contains(seat.Flight));
                    await BeginAsync(fresh, call, joined, attempt == 0 ? observer : null, spans, cancellationToken).ConfigureAwait(false);
                    pending = await LandAsync(seated, made, tally, observer, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e)
                {
                    tally.Lost(e);
                    throw;
                }
                finally
                {
                    foreach (var (place, flight, _) in seated)
                    {
                        flight.Remove(progress, place);
                        _flights.Leave(flight, call.Discarded.IsCancellationRequested);
                    }
                }

                flown.AddRange(seated.Select(static seat => seat.Flight));
            }

            var distinct = flown.Distinct().ToArray();
            return new ChainOutcome<PictureMade>(
                made,
                [.. distinct.SelectMany(static flight => flight.Truncated).DistinctBy(static prompt => prompt.Text)],
                [.. spans.Since(start), .. distinct.SelectMany(flight => flight.Spans.Since(start))]);
        });

    /// <summary>Looks pictures up.</summary>
    /// <param name="call">The pictures.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One for each picture, in order; null where it is not stored.</returns>
    public Task<ChainOutcome<PictureMade?>> FindAsync(ChainCall call, CancellationToken cancellationToken) => InferenceFaultMapping.FaultsOf(async () =>
    {
        var start = time.GetTimestamp();
        var spans = new SpanRecorder(time);
        var card = await engine.Models.Catalog.CardAsync(call.Model).ConfigureAwait(false);
        var found = await Task.WhenAll(
            call.Pictures.Select((picture, place) => FindAsync(Order(card, call, picture, place), spans, cancellationToken))).ConfigureAwait(false);
        return new ChainOutcome<PictureMade?>(found, [], [.. spans.Since(start)]);
    });

    /// <summary>Texts to embeddings.</summary>
    /// <param name="model">The model's name; empty for the default.</param>
    /// <param name="texts">Any texts.</param>
    /// <param name="deadline">
    /// When they must be done, by the clock's timestamps; <see cref="long.MaxValue"/> for whenever. Refused where that cannot be.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>For each text, in order, its embedding; the media type says how it is written, as <see cref="EmbeddingCodec"/> has it.</returns>
    public Task<ChainOutcome<ArtifactRef>> UnderstandAsync(
        string model, IReadOnlyList<string> texts, long deadline, CancellationToken cancellationToken) =>
        InferenceFaultMapping.FaultsOf(async () =>
        {
            var start = time.GetTimestamp();
            var spans = new SpanRecorder(time);
            var card = await engine.Models.Catalog.CardAsync(model).ConfigureAwait(false);
            using var ticket = engine.Admission.Admit([engine.DemandToUnderstand(card, texts.Count)], deadline)[0];
            using var lease = await _maker.LoadAsync(card.Name, spans, cancellationToken).ConfigureAwait(false);
            var encoded = await engine.UnderstandAsync(lease.Model, texts, spans, cancellationToken).ConfigureAwait(false);
            var stored = await Task.WhenAll(encoded.Select(
                prompt => PutAsync(PictureAddress.Embedding(card.Digest, prompt.Text), prompt.Embedding, spans, cancellationToken))).ConfigureAwait(false);
            LogTimes(card.Name, spans);
            return new ChainOutcome<ArtifactRef>(stored, PictureMaker.Truncated(encoded), [.. spans.Since(start)]);
        });

    /// <summary>Input pictures to latents, many at once.</summary>
    /// <param name="model">The model's name; empty for the default.</param>
    /// <param name="pictures">Each picture's file, and the size it is fitted to, in pixels.</param>
    /// <param name="deadline">
    /// When they must be done, by the clock's timestamps; <see cref="long.MaxValue"/> for whenever. Refused where that cannot be.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>For each picture, in order: little-endian float32 [channels, height, width].</returns>
    public Task<ChainOutcome<ArtifactRef>> PrepareAsync(
        string model,
        IReadOnlyList<(ArtifactRef Image, int Width, int Height)> pictures,
        long deadline,
        CancellationToken cancellationToken) =>
        InferenceFaultMapping.FaultsOf(async () =>
        {
            var start = time.GetTimestamp();
            var spans = new SpanRecorder(time);
            var card = await engine.Models.Catalog.CardAsync(model).ConfigureAwait(false);
            var demands = pictures.Select(
                picture => engine.DemandToPrepare(card, Shape(card, picture.Width, picture.Height), picture.Image.Length)).ToArray();
            var tickets = engine.Admission.Admit(demands, deadline);
            try
            {
                using var lease = await _maker.LoadAsync(card.Name, spans, cancellationToken).ConfigureAwait(false);
                var stored = await Task.WhenAll(pictures.Zip(tickets, async (picture, ticket) =>
                {
                    using var place = ticket;
                    var (image, width, height) = picture;
                    var latent = await _maker.PrepareAsync(lease.Model, image, width, height, spans, cancellationToken).ConfigureAwait(false);
                    var name = PictureAddress.Latent(card.Digest, image.Sha256, width, height);
                    return await PutFloatsAsync(name, latent, spans, cancellationToken).ConfigureAwait(false);
                })).ConfigureAwait(false);
                LogTimes(card.Name, spans);
                return new ChainOutcome<ArtifactRef>(stored, [], [.. spans.Since(start)]);
            }
            finally
            {
                // Where the model could not be loaded; a picture that is done has given its ticket back.
                foreach (var ticket in tickets)
                    ticket.Dispose();
            }
        });

    /// <summary>
    /// Waits until nothing runs any more of the pictures that were begun: a picture outlives the call that cancelled it by what the device
    /// is at, and the one that was waiting for it by the deletion of its checkpoints. It says nothing of pictures that begin meanwhile.
    /// </summary>
    public Task WhenLandedAsync() => _flights.WhenLandedAsync();

    /// <summary>Gives up denoising, with checkpoints, and waits as <see cref="WhenLandedAsync"/> does: before the engine is disposed.</summary>
    public async ValueTask DisposeAsync()
    {
        engine.Batcher.Drain();
        await WhenLandedAsync().ConfigureAwait(false);
        _maker.Dispose();
    }

    private FlightOrder Order(ModelCard card, ChainCall call, PictureOrder picture, int place) => new(card, picture)
    {
        Schedule = engine.Models.Catalog.Folder(card.Name).Schedules.Get(
            picture.Scheduler, picture.Steps, picture.Image is null ? 0 : PictureSettings.BeginStepOf(picture.Steps, picture.Strength)).Schedule,
        StopAtBase = call.StopAtBase,
        RawBase = call.RawBases,
        Base = call.Bases.GetValueOrDefault(place),
        Latent = call.Latents.GetValueOrDefault(place),
        Embeddings = call.Embeddings,
        Deadline = call.Finish ? long.MaxValue : call.Deadline,
        Resume = call.Resume,
    };

    /// <summary>Begins flights that this call was the first to want: found, refused together, or on their way.</summary>
    private async Task BeginAsync(
        PictureFlight[] fresh, ChainCall call, bool joined, IChainObserver? observer, SpanRecorder spans, CancellationToken cancellationToken)
    {
        try
        {
            var found = await Task.WhenAll(fresh.Select(flight => FindAsync(flight.Order, spans, cancellationToken))).ConfigureAwait(false);
            foreach (var (flight, made) in fresh.Zip(found))
            {
                if (made is null)
                    continue;
                _flights.End(flight);
                flight.Succeed(made);
            }

            PictureFlight[] missing = [.. fresh.Where((_, i) => found[i] is null)];
            var demands = missing.Select(flight => Demand(flight.Order)).ToArray();
            var queued = engine.Admission.QueuedSeconds;
            var tickets = engine.Admission.Admit(demands, call.Deadline);
            observer?.Accepted(queued, demands.Sum(static demand => demand.Seconds), joined);
            foreach (var (flight, ticket) in missing.Zip(tickets))
            {
                _flights.Begin(flight);
                _ = FlyAsync(flight, ticket);
            }
        }
        catch
        {
            foreach (var flight in fresh.Where(static flight => !flight.Made.IsCompleted))
            {
                _flights.End(flight);
                flight.Fail(new FlightAbandonedException());
            }

            throw;
        }
    }

    private async Task FlyAsync(PictureFlight flight, AdmissionTicket ticket)
    {
        try
        {
            using (ticket)
                await _maker.MakeAsync(flight, ticket, ended: () => End(flight)).ConfigureAwait(false);
        }
        finally
        {
            _flights.Land(flight);
        }
    }

    private void End(PictureFlight flight)
    {
        _flights.End(flight);
        LogTimes(flight.Order.Card.Name, flight.Spans);
    }

    private void LogTimes(string model, SpanRecorder spans)
    {
        if (log is null)
            return;
        foreach (var (stage, seconds) in spans.Totals())
            log.Spent(model, stage, seconds);
    }

    /// <summary>Waits for flights, in the order they end.</summary>
    /// <returns>The places whose flight somebody else abandoned, or may have spoilt by what was given with it: to be begun anew.</returns>
    /// <exception cref="FaultException">
    /// A picture could not be made. <see cref="FaultKind.Unavailable"/> comes once every picture has ended; any other at once.
    /// </exception>
    private static async Task<int[]> LandAsync(
        (int Place, PictureFlight Flight, bool IsNew)[] seated,
        PictureMade[] made,
        PictureTally tally,
        IChainObserver observer,
        CancellationToken cancellationToken)
    {
        var abandoned = new List<int>();
        FaultException? lost = null;
        var landing = seated.ToLookup(static seat => (Task)seat.Flight.Made);
        var all = seated.Select(static seat => seat.Flight.Made).Distinct();
        await foreach (var landed in Task.WhenEach(all).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var picture = await landed.ConfigureAwait(false);
                foreach (var (place, _, isNew) in landing[landed])
                {
                    made[place] = picture;
                    tally.Landed(picture.Found, joined: !isNew);
                    observer.Picture(place, picture);
                }
            }
            catch (FlightAbandonedException)
            {
                abandoned.AddRange(landing[landed].Select(static seat => seat.Place));
            }
            catch (FaultException e) when (landing[landed].All(seat => !seat.IsNew && seat.Flight.MayBeSpoilt(e)))
            {
                abandoned.AddRange(landing[landed].Select(static seat => seat.Place));
            }
            catch (FaultException e) when (e.Kind == FaultKind.Unavailable)
            {
                // The host may be about to end: the other pictures finish or leave a checkpoint, and the caller is to be told of each.
                lost ??= e;
            }
        }

        return lost is null ? [.. abandoned] : throw lost;
    }

    private async Task<PictureMade?> FindAsync(FlightOrder order, SpanRecorder spans, CancellationToken cancellationToken)
    {
        using (spans.Measure(ChainStage.Store))
        {
            var there = await store.FindAsync(order.Name, cancellationToken).ConfigureAwait(false);
            return there is null ? null : order.Made(there, found: true);
        }
    }

    private Demand Demand(FlightOrder order)
    {
        var (picture, card) = (order.Picture, order.Card);
        var inputBytes = order.Latent is null && order.Base is null ? picture.Image?.Length : null;
        return engine.DemandOf(
            card,
            Shape(card, picture.Width, picture.Height),
            order.StepCount,
            guided: picture.Guidance > 1,
            picture.Enhance && !order.StopAtBase,
            inputBytes);
    }

    private static LatentShape Shape(ModelCard card, int width, int height) =>
        new(card.LatentChannels, height / card.SizeMultiple, width / card.SizeMultiple);

    private async Task<ArtifactRef> PutAsync(
        string name, ReadOnlyMemory<float> embedding, SpanRecorder spans, CancellationToken cancellationToken)
    {
        using (spans.Measure(ChainStage.Store))
        {
            var (mediaType, bytes) = _maker.Embeddings.Write(embedding.Span);
            return (await store.PutAsync(name, mediaType, bytes, cancellationToken).ConfigureAwait(false)).At(options.Host);
        }
    }

    private async Task<ArtifactRef> PutFloatsAsync(
        string name, ReadOnlyMemory<float> numbers, SpanRecorder spans, CancellationToken cancellationToken)
    {
        using (spans.Measure(ChainStage.Store))
        {
            var bytes = MemoryMarshal.AsBytes(numbers.Span).ToArray();
            return (await store.PutAsync(name, FloatsMediaType, bytes, cancellationToken).ConfigureAwait(false)).At(options.Host);
        }
    }
}
