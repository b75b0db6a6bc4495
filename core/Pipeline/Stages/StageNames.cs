namespace Aigc.Pipeline.Stages;

/// <summary>The names of <see cref="StageCalls"/>, as constants for attributes.</summary>
public static class StageNames
{
    /// <summary>Of <see cref="StageCalls.Find"/>.</summary>
    public const string Find = "Find";

    /// <summary>Of <see cref="StageCalls.RunChain"/>.</summary>
    public const string RunChain = "RunChain";

    /// <summary>Of <see cref="StageCalls.Understand"/>.</summary>
    public const string Understand = "Understand";

    /// <summary>Of <see cref="StageCalls.Prepare"/>.</summary>
    public const string Prepare = "Prepare";

    /// <summary>Of <see cref="StageCalls.Generate"/>.</summary>
    public const string Generate = "Generate";

    /// <summary>Of <see cref="StageCalls.Enhance"/>.</summary>
    public const string Enhance = "Enhance";
}
