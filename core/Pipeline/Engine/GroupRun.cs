using Aigc.Artifacts;
using Aigc.Pipeline.Plans;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Pipeline.Engine;

/// <summary>One group of a job's pictures, all of one size, on its way through the chain.</summary>
internal sealed class GroupRun(IPipelineContext context, IReadOnlyList<PictureSpec> group, int previewEverySteps)
{
    // Calls of a group run side by side, on as many threads as the engine likes.
    private readonly Lock _gate = new();
    private readonly List<PictureResult> _pictures = [];
    private readonly List<TruncatedPrompt> _truncated = [];
    private readonly List<StageSpan> _spans = [];
    private JobFault? _fault;

    public IReadOnlyList<PictureResult> Pictures => _pictures;

    public IReadOnlyList<TruncatedPrompt> Truncated => _truncated;

    public IReadOnlyList<StageSpan> Spans => _spans;

    public IEnumerable<PictureFailure> Failures =>
        _fault is null ? [] : group.Where(p => !_pictures.Exists(made => made.Index == p.Index)).Select(p => new PictureFailure(p.Index, _fault));

    public async Task RunAsync(ChainPlan plan)
    {
        try
        {
            await (plan switch
            {
                ChainPlan.Fused => FusedAsync(group),
                ChainPlan.Split => SplitAsync(),
                ChainPlan.Staged => StagedAsync(),
                _ => throw new ArgumentOutOfRangeException(nameof(plan), plan, "unknown plan"),
            }).ConfigureAwait(true);
        }
        catch (FaultException e)
        {
            _fault = new JobFault(e.Kind, e.Message);
        }
    }

    private async Task FusedAsync(IReadOnlyList<PictureSpec> pictures)
    {
        var input = new ChainInput(pictures) { PreviewEverySteps = previewEverySteps };
        var output = await CallAsync(StageCalls.RunChain, input).ConfigureAwait(true);
        AddTruncated(output.Truncated);
        Add(output.Pictures);
    }

    private async Task SplitAsync()
    {
        var missing = await FindAsync().ConfigureAwait(true);
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

    private async Task StagedAsync()
    {
        var missing = await FindAsync().ConfigureAwait(true);
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
    private async Task<PictureSpec[]> FindAsync()
    {
        var found = await CallAsync(StageCalls.Find, new FindInput(group)).ConfigureAwait(true);
        Add(found.Pictures);
        return [.. group.Where(p => !found.Pictures.Any(there => there.Index == p.Index))];
    }

    private async Task<IReadOnlyList<ArtifactRef>> GenerateAsync(
        IReadOnlyList<PictureSpec> pictures,
        IReadOnlyDictionary<string, ArtifactRef> embeddings,
        IReadOnlyDictionary<int, ArtifactRef>? latents,
        bool raw)
    {
        var input = new GenerateInput(pictures, embeddings, latents) { PreviewEverySteps = previewEverySteps, Raw = raw };
        var output = await CallAsync(StageCalls.Generate, input).ConfigureAwait(true);
        AddTruncated(output.Truncated);
        return output.Bases;
    }

    private async Task EnhanceAsync(IReadOnlyList<PictureSpec> pictures, IReadOnlyList<ArtifactRef> bases) =>
        Add((await CallAsync(StageCalls.Enhance, new EnhanceInput(pictures, bases)).ConfigureAwait(true)).Pictures);

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
        var output = await context.CallAsync(stage, input).ConfigureAwait(true);
        lock (_gate)
            _spans.AddRange(output.Spans);
        return output;
    }

    private void AddTruncated(IReadOnlyList<TruncatedPrompt> prompts)
    {
        lock (_gate)
            _truncated.AddRange(prompts);
    }

    private void Add(IReadOnlyList<PictureResult> pictures)
    {
        lock (_gate)
            _pictures.AddRange(pictures);
        context.AddPictures(pictures);
    }
}
