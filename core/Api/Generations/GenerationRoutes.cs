namespace Aigc.Api.Generations;

/// <summary>The native routes' paths, without the leading slash: a host whose routes have a prefix of their own turns it off.</summary>
public static class GenerationRoutes
{
    /// <summary>Where jobs are started and listed.</summary>
    public const string Generations = "api/generations";

    /// <summary>One job.</summary>
    public const string Generation = Generations + "/{id}";

    /// <summary>Where it is cancelled.</summary>
    public const string Cancel = Generation + "/cancel";

    /// <summary>Where it tells of itself as it goes on.</summary>
    public const string Events = Generation + "/events";

    /// <summary>What the loaded model can do.</summary>
    public const string Model = "api/model";

    /// <summary>The hosts that make pictures, and what they have to do.</summary>
    public const string Hosts = "api/hosts";

    /// <summary>What the paths of all artifacts start with.</summary>
    public const string Artifacts = "api/artifacts";

    /// <summary>One artifact, by a name that may hold slashes.</summary>
    public const string Artifact = Artifacts + "/{*name}";
}
