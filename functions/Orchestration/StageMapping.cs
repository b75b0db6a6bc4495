using Aigc.Artifacts;
using Aigc.Functions.Jobs;
using Aigc.Functions.Messages;
using Aigc.Pipeline.Stages;

namespace Aigc.Functions.Orchestration;

/// <summary>Stage calls to messages and answers to outputs, on the orchestrator's side.</summary>
internal static class StageMapping
{
    public static StageMessage ToMessage(object input, string instanceId, ArtifactRef manifest)
    {
        var message = new StageMessage(instanceId, manifest, []);
        return input switch
        {
            FindInput find => message with { Pictures = [.. find.Pictures.Select(p => p.Index)] },
            ChainInput chain => message with { Pictures = [.. chain.Pictures.Select(p => p.Index)] },
            UnderstandInput understand => message with { Texts = [.. understand.Texts.Select(SlimJob.TextOf)] },
            PrepareInput prepare => message with
            {
                Images = [.. prepare.Pictures.Select(p => SlimJob.ImageOf(p.Image))],
                Width = prepare.Pictures[0].Width,
                Height = prepare.Pictures[0].Height,
            },
            GenerateInput generate => Generate(message, generate),
            EnhanceInput enhance => message with { Pictures = [.. enhance.Pictures.Select(p => p.Index)], Bases = enhance.Bases },
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

    private static StageMessage Generate(StageMessage message, GenerateInput input)
    {
        ArtifactRef[] latents = input.Latents is null ? [] : [.. input.Latents.Values.DistinctBy(l => l.Sha256)];
        return message with
        {
            Pictures = [.. input.Pictures.Select(p => p.Index)],
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
