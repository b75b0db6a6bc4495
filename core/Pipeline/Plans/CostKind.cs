namespace Aigc.Pipeline.Plans;

/// <summary>What a learned figure of <see cref="StageCosts"/> is of.</summary>
internal enum CostKind
{
    /// <summary>One denoising step of a call's rows, with its share of decoding.</summary>
    Step,

    /// <summary>The prompts of a call to embeddings.</summary>
    Understand,

    /// <summary>One input picture to a latent.</summary>
    Prepare,

    /// <summary>Super-resolution of one picture.</summary>
    Enhance,

    /// <summary>Encoding and storing of one picture.</summary>
    Aside,

    /// <summary>What is left of a call's time: what the call itself costs.</summary>
    Hop,
}
