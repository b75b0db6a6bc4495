namespace Aigc.Inference.Batching;

/// <summary>Why a picture comes before others; the first comes first.</summary>
internal enum BatchRank
{
    /// <summary>It misses its deadline if it waits.</summary>
    Urgent,

    /// <summary>It was passed by others for long enough.</summary>
    StoodStill,

    /// <summary>By how little it still takes.</summary>
    Shortest,
}
