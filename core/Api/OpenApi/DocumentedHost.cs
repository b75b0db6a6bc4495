namespace Aigc.Api.OpenApi;

/// <summary>The hosts that serve the API: which routes they have, and who guards them, is told of in each one's document.</summary>
public enum DocumentedHost
{
    /// <summary>A server of its own, with <see cref="Access.AccessGate"/> before the routes, probes, and HEAD beside GET.</summary>
    Server,

    /// <summary>Azure Functions, whose function keys guard the routes, and which probes its apps by itself.</summary>
    Functions,
}
