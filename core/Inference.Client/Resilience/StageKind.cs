namespace Aigc.Inference.Client.Resilience;

/// <summary>A kind of stage call. Each has limits of its own, so that a flood of one does not hold up the others.</summary>
public enum StageKind
{
    /// <summary>Texts to embeddings.</summary>
    Understand,

    /// <summary>Input pictures to latents.</summary>
    Prepare,

    /// <summary>A look-up in the store.</summary>
    Find,

    /// <summary>Embeddings to generated pictures.</summary>
    Generate,

    /// <summary>Generated pictures to finished ones.</summary>
    Enhance,

    /// <summary>The whole chain in one call.</summary>
    Run,
}
