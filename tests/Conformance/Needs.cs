namespace Aigc.Conformance;

/// <summary>What some facts need and some engines cannot give; see <see cref="TestKit.LacksAttribute"/>.</summary>
public static class Needs
{
    /// <summary>That the stages are <see cref="ConformanceStages"/>, and the engine's process the test's to end.</summary>
    public const string Stages = "stages";

    /// <summary>That the engine itself makes failed calls again.</summary>
    public const string Retries = "retries";

    /// <summary>Jobs of several requests.</summary>
    public const string Requests = "requests";

    /// <summary>A list of jobs.</summary>
    public const string List = "list";

    /// <summary>To be told whether a job was accepted just now.</summary>
    public const string Created = "created";
}
