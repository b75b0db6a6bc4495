namespace Aigc.Api.OpenApi;

/// <summary>The hosts that serve the API, behind the same keys: what one of them has alone is told of in its document alone.</summary>
public enum DocumentedHost
{
    /// <summary>A server of its own, with probes, figures, and HEAD beside GET.</summary>
    Server,

    /// <summary>Azure Functions, which probes its apps by itself, and whose store gives addresses of its own.</summary>
    Functions,
}
