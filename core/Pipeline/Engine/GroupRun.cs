using Aigc.Artifacts;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Engine;

/// <summary>One group of a job's pictures, all of one size, on its way through the chain, and giving way where its job allows it.</summary>
/// <param name="context">The engine.</param>
/// <param name="group">The pictures.</param>
/// <param name="job">Their job.</param>
/// <param name="changeSteps">Told by how many denoising steps the group comes to more, or fewer, than it did.</param>
internal sealed class GroupRun(IPipelineContext context, IReadOnlyList<PictureSpec> group, GenerationJob job, Action<int> changeSteps)
{
    // Calls of a group run side by side, on as many threads as the engine likes.
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<PictureSpec> _group = group;
    private readonly GenerationJob _job = job;
    private readonly List<PictureResult> _pictures = [];
    private readonly List<TruncatedPrompt> _truncated = [];
    private readonly List<StageSpan> _spans = [];
    private readonly Dictionary<int, ArtifactRef> _bases = [];

    // Between tries alone: what may still give way, what did, and the pictures that are not made as they are asked for now.
    private readonly List<Concession> _order = [.. job.Degrade ?? []];
    private readonly Dictionary<int, IReadOnlyList<Degradation>> _degraded = [];
    private IReadOnlyList<PictureSpec> _left = group;
    private (string Stage, FaultException Fault)? _failed;
    private JobFault? _fault;

    public IReadOnlyList<PictureResult> Pictures => _pictures;

    public IReadOnlyList<TruncatedPrompt> Truncated => _truncated;

    public IReadOnlyList<StageSpan> Spans => _spans;

    public IEnumerable<PictureFailure> Failures =>
        _fault is null ? [] : _group.Where(p => !_pictures.Exists(made => made.Index == p.Index)).Select(p => new PictureFailure(p.Index, _fault));

    public async Task RunAsync(ChainPlan plan)
    {
        while (_fault is null)
        {
            try
            {
                await TryAsync(plan).ConfigureAwait(true);
                return;
            }
            catch (FaultException e)
            {
                if (!GiveWay())
                    _fault = new JobFault(e.Kind, e.Message + Epilogue());
            }
        }
    }

    private Task TryAsync(ChainPlan plan)
    {
        // Generated already, and asked for without the enhancement that failed: they only want encoding.
        PictureSpec[] generated = [.. _left.Where(p => _bases.ContainsKey(p.Index))];
        PictureSpec[] rest = [.. _left.Where(p => !_bases.ContainsKey(p.Index))];
        return Task.WhenAll(
            generated.Length > 0 ? EnhanceAsync(generated, [.. generated.Select(p => _bases[p.Index])]) : Task.CompletedTask,
            rest.Length > 0 ? TryAsync(plan, rest) : Task.CompletedTask);
    }

    private Task TryAsync(ChainPlan plan, PictureSpec[] pictures) => plan switch
    {
        ChainPlan.Fused => FusedAsync(pictures),
        ChainPlan.Split => SplitAsync(pictures),
        ChainPlan.Staged => StagedAsync(pictures),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan, "unknown plan"),
    };

    /// <summary>Asks for less of the pictures that are left, by the first concession that is a way round what failed.</summary>
    /// <returns>False where there is none.</returns>
    private bool GiveWay()
    {
        if (_failed is not { Stage: var stage, Fault: var fault })
            return false;
        _left = [.. _left.Where(p => !_pictures.Exists(made => made.Index == p.Index))];
        foreach (var concession in _order.Where(concession => Concessions.Helps(concession, stage, fault.Kind)).ToArray())
        {
            _order.Remove(concession);
            if (!Take(concession, fault.Message))
                continue;
            _failed = null;
            return true;
        }

        return false;
    }

    private bool Take(Concession concession, string why)
    {
        var before = _left;
        PictureSpec[] after = [.. before.Select(p => Concessions.Apply(concession, p, context.Capabilities))];
        var changed = before.Zip(after).Where(pair => pair.First != pair.Second).ToArray();
        if (changed.Length == 0)
            return false;
        foreach (var (was, now) in changed)
        {
            _degraded[now.Index] = [.. _degraded.GetValueOrDefault(now.Index) ?? [], Concessions.Of(concession, was, now, why)];
            if (concession != Concession.Enhance)
                _bases.Remove(now.Index);
        }

        _left = [.. after.Select(p => p with { Given = [.. p.Given ?? [], concession] })];
        if (after.Sum(p => p.Steps) - before.Sum(p => p.Steps) is var steps and not 0)
            changeSteps(steps);
        return true;
    }

    private bool GivesWay(string stage, IReadOnlyList<PictureSpec> pictures) => _order.Exists(
        concession => Concessions.Helps(concession, stage, FaultKind.Overloaded) && Changes(concession, pictures));

    private bool Changes(Concession concession, IReadOnlyList<PictureSpec> pictures) =>
        pictures.Any(p => Concessions.Apply(concession, p, context.Capabilities) != p);

    /// <summary>What to say of concessions after the fault that a group ends on.</summary>
    private string Epilogue()
    {
        if (_left is [{ Given: { Count: > 0 } given }, ..])
            return $" ({string.Join(", ", given.Select(Concessions.WordOf))} gave way before)";
        if (_job.Degrade is not null || _failed is not { Stage: var stage, Fault: var fault })
            return "";
        // Not by size: of a job that may not give way, an orchestration knows no sizes.
        var couldGiveWay = new[] { Concession.Enhance, Concession.Steps }.Any(
            concession => Concessions.Helps(concession, stage, fault.Kind) && Changes(concession, _left));
        return couldGiveWay ? " (with degrade, it would ask for less)" : "";
    }

    private async Task FusedAsync(IReadOnlyList<PictureSpec> pictures)
    {
        var input = new ChainInput(pictures)
        {
            PreviewEverySteps = _job.PreviewEverySteps,
            GivesWay = GivesWay(StageNames.RunChain, pictures),
        };
        var output = await CallAsync(StageCalls.RunChain, input).ConfigureAwait(true);
        AddTruncated(output.Truncated);
        Add(output.Pictures);
    }

    private async Task SplitAsync(PictureSpec[] pictures)
    {
        var missing = await FindAsync(pictures).ConfigureAwait(true);
        PictureSpec[] plain = [.. missing.Where(p => !p.Enhance)];
        PictureSpec[] enhanced = [.. missing.Where(p => p.Enhance)];
        await Task.WhenAll(
            plain.Length > 0 ? FusedAsync(plain) : Task.CompletedTask,
            enhanced.Length > 0 ? BaseFirstAsync(enhanced) : Task.CompletedTask).ConfigureAwait(true);
    }

    private async Task BaseFirstAsync(PictureSpec[] pictures)
    {
        var bases = await GenerateAsync(pictures, new Dictionary<string, ArtifactRef>(), latents: null, raw: false).ConfigureAwait(true);
        context.AddBases([.. pictures.Zip(bases, (picture, made) => new BasePicture(picture.Index, made))]);
        await EnhanceAsync(pictures, bases).ConfigureAwait(true);
    }

    private async Task StagedAsync(PictureSpec[] pictures)
    {
        var missing = await FindAsync(pictures).ConfigureAwait(true);
        if (missing.Length == 0)
            return;
        string[] texts = [.. missing.SelectMany(p => p.Texts).Distinct()];
        var understanding = CallAsync(StageCalls.Understand, new UnderstandInput(texts));
        var preparing = PrepareAsync(missing);
        await Task.WhenAll(understanding, preparing).ConfigureAwait(true);
        var understood = await understanding.ConfigureAwait(true);
        AddTruncated(understood.Truncated);
        var embeddings = texts.Zip(understood.Embeddings).ToDictionary(pair => pair.First, pair => pair.Second);
        // Nobody is shown these.
        var bases = await GenerateAsync(missing, embeddings, await preparing.ConfigureAwait(true), raw: true).ConfigureAwait(true);
        await EnhanceAsync(missing, bases).ConfigureAwait(true);
    }

    /// <summary>Adds the pictures that are made already.</summary>
    /// <returns>The others.</returns>
    private async Task<PictureSpec[]> FindAsync(PictureSpec[] pictures)
    {
        var found = await CallAsync(StageCalls.Find, new FindInput(pictures)).ConfigureAwait(true);
        Add(found.Pictures);
        return [.. pictures.Where(p => !found.Pictures.Any(there => there.Index == p.Index))];
    }

    private async Task<IReadOnlyList<ArtifactRef>> GenerateAsync(
        IReadOnlyList<PictureSpec> pictures,
        IReadOnlyDictionary<string, ArtifactRef> embeddings,
        IReadOnlyDictionary<int, ArtifactRef>? latents,
        bool raw)
    {
        var input = new GenerateInput(pictures, embeddings, latents)
        {
            PreviewEverySteps = _job.PreviewEverySteps,
            GivesWay = GivesWay(StageNames.Generate, pictures),
            Raw = raw,
        };
        var output = await CallAsync(StageCalls.Generate, input).ConfigureAwait(true);
        AddTruncated(output.Truncated);
        lock (_gate)
        {
            foreach (var (picture, made) in pictures.Zip(output.Bases))
                _bases[picture.Index] = made;
        }

        return output.Bases;
    }

    private async Task EnhanceAsync(IReadOnlyList<PictureSpec> pictures, IReadOnlyList<ArtifactRef> bases)
    {
        var input = new EnhanceInput(pictures, bases) { GivesWay = GivesWay(StageNames.Enhance, pictures) };
        Add((await CallAsync(StageCalls.Enhance, input).ConfigureAwait(true)).Pictures);
    }

    /// <summary>The latents of input pictures by the index of the pictures made of them, null where none has one.</summary>
    private async Task<IReadOnlyDictionary<int, ArtifactRef>?> PrepareAsync(PictureSpec[] pictures)
    {
        // A group has one size, so pictures of one image share its latent.
        ArtifactRef[] images = [.. pictures.Select(p => p.Image).OfType<ArtifactRef>().DistinctBy(i => i.Sha256)];
        if (images.Length == 0)
            return null;
        PreparePicture[] wanted = [.. images.Select(image => new PreparePicture(image, pictures[0].Width, pictures[0].Height))];
        var output = await CallAsync(StageCalls.Prepare, new PrepareInput(wanted)).ConfigureAwait(true);
        var latents = images.Zip(output.Latents).ToDictionary(pair => pair.First.Sha256, pair => pair.Second);
        return pictures.Where(p => p.Image is not null).ToDictionary(p => p.Index, p => latents[p.Image!.Sha256]);
    }

    private async Task<TOutput> CallAsync<TInput, TOutput>(StageCall<TInput, TOutput> stage, TInput input)
        where TOutput : StageOutput
    {
        try
        {
            var output = await context.CallAsync(stage, input).ConfigureAwait(true);
            lock (_gate)
                _spans.AddRange(output.Spans);
            return output;
        }
        catch (FaultException e)
        {
            lock (_gate)
                _failed ??= (stage.Name, e);
            throw;
        }
    }

    private void AddTruncated(IReadOnlyList<TruncatedPrompt> prompts)
    {
        lock (_gate)
            _truncated.AddRange(prompts);
    }

    private void Add(IReadOnlyList<PictureResult> pictures)
    {
        PictureResult[] told = [.. pictures.Select(p => _degraded.TryGetValue(p.Index, out var given) ? p with { Degraded = given } : p)];
        lock (_gate)
            _pictures.AddRange(told);
        context.AddPictures(told);
    }
}
