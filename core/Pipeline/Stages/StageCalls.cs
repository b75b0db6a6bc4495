namespace Aigc.Pipeline.Stages;

/// <summary>The calls the pipeline makes. Their names are part of a job's journal: never rename one, add another.</summary>
public static class StageCalls
{
    /// <summary>Looks up which pictures are already made.</summary>
    public static StageCall<FindInput, FindOutput> Find { get; } =
        new(StageNames.Find, PipelineJson.Default.FindInput, PipelineJson.Default.FindOutput);

    /// <summary>The whole chain in one call.</summary>
    public static StageCall<ChainInput, ChainOutput> RunChain { get; } =
        new(StageNames.RunChain, PipelineJson.Default.ChainInput, PipelineJson.Default.ChainOutput);

    /// <summary>Texts to embeddings.</summary>
    public static StageCall<UnderstandInput, UnderstandOutput> Understand { get; } =
        new(StageNames.Understand, PipelineJson.Default.UnderstandInput, PipelineJson.Default.UnderstandOutput);

    /// <summary>Input pictures to latents: resized, cropped and encoded.</summary>
    public static StageCall<PrepareInput, PrepareOutput> Prepare { get; } =
        new(StageNames.Prepare, PipelineJson.Default.PrepareInput, PipelineJson.Default.PrepareOutput);

    /// <summary>Embeddings and noise to generated pictures.</summary>
    public static StageCall<GenerateInput, GenerateOutput> Generate { get; } =
        new(StageNames.Generate, PipelineJson.Default.GenerateInput, PipelineJson.Default.GenerateOutput);

    /// <summary>Generated pictures to finished ones: super-resolved where asked, and encoded.</summary>
    public static StageCall<EnhanceInput, EnhanceOutput> Enhance { get; } =
        new(StageNames.Enhance, PipelineJson.Default.EnhanceInput, PipelineJson.Default.EnhanceOutput);
}
