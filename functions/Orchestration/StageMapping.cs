using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Degrading;
using Aigc.Pipeline.Requests;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Orchestration;

/// <summary>Stage calls to messages and answers to outputs, on the orchestrator's side.</summary>
internal static class StageMapping
{
    public static StageMessage ToMessage(object input, string instanceId, ArtifactRef manifest)
    {
        var message = new StageMessage(instanceId, manifest, []) { GivesWay = Concessions.CanGiveWay(input) };
        return input switch
        {
            FindInput find => Of(message, find.Pictures),
            ChainInput chain => Of(message, chain.Pictures),
            UnderstandInput understand => message with { Texts = [.. understand.Texts.Select(SlimJob.TextOf)] },
            PrepareInput prepare => message with
            {
                Images = [.. prepare.Pictures.Select(p => SlimJob.ImageOf(p.Image))],
                Width = prepare.Pictures[0].Width,
                Height = prepare.Pictures[0].Height,
            },
            GenerateInput generate => Generate(message, generate),
            EnhanceInput enhance => Of(message, enhance.Pictures) with { Bases = enhance.Bases },
            _ => throw new ArgumentException($"no stage takes a {input.GetType().Name}", nameof(input)),
        };
    }

    public static TOutput ToOutput<TOutput>(StageAnswer answer, Func<StageSpan, StageSpan> shift)
        where TOutput : StageOutput
    {
        TruncatedPrompt[] truncated = [.. answer.Truncated.Select(t => new TruncatedPrompt("", t.At, t.Tokens, t.Limit) { Dropped = t.Dropped })];
        StageOutput output = typeof(TOutput) switch
        {
            var type when type == typeof(FindOutput) => new FindOutput(answer.Pictures),
            var type when type == typeof(ChainOutput) => new ChainOutput(answer.Pictures, truncated),
            var type when type == typeof(UnderstandOutput) => new UnderstandOutput(answer.Artifacts, truncated),
            var type when type == typeof(PrepareOutput) => new PrepareOutput(answer.Artifacts),
            var type when type == typeof(GenerateOutput) => new GenerateOutput(answer.Artifacts) { Truncated = truncated },
            var type when type == typeof(EnhanceOutput) => new EnhanceOutput(answer.Pictures),
            var type => throw new ArgumentException($"no stage gives a {type.Name}"),
        };
        return (TOutput)(output with { Spans = [.. answer.Spans.Select(shift)] });
    }

    // A group gives way as one.
    private static StageMessage Of(StageMessage message, IReadOnlyList<PictureSpec> pictures) =>
        message with { Pictures = [.. pictures.Select(p => p.Index)], Given = pictures[0].Given };

    private static StageMessage Generate(StageMessage message, GenerateInput input)
    {
        ArtifactRef[] latents = input.Latents is null ? [] : [.. input.Latents.Values.DistinctBy(l => l.Sha256)];
        return Of(message, input.Pictures) with
        {
            Texts = [.. input.Embeddings.Keys.Select(SlimJob.TextOf)],
            Embeddings = [.. input.Embeddings.Values],
            Latents = latents,
            Raw = input.Raw,
            LatentOf = latents.Length == 0 ? [] : [.. input.Pictures.Select(p => PlaceOf(input.Latents!.GetValueOrDefault(p.Index), latents))],
        };
    }

    private static int PlaceOf(ArtifactRef? latent, ArtifactRef[] latents) =>
        latent is null ? -1 : Array.FindIndex(latents, l => l.Sha256 == latent.Sha256);
}
