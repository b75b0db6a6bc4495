using Microsoft.AspNetCore.Routing;

namespace Aigc.Api.OpenApi;

/// <summary>The document and its page as endpoints, for hosts that are servers of their own.</summary>
public static class DocumentEndpoints
{
    /// <summary>The paths that are mapped, with the leading slash. They need no key: the document holds nothing of any caller.</summary>
    public static IReadOnlyList<string> Paths => [$"/{ApiDocument.Route}", $"/{DocsPage.Route}/", .. DocsPage.Paths];

    /// <summary>Maps <see cref="ApiDocument"/> and <see cref="DocsPage"/>.</summary>
    /// <remarks>Needs what <see cref="Generations.GenerationEndpoints.AddGenerations"/> adds.</remarks>
    /// <param name="routes">Where.</param>
    public static void MapDocument(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        string[] read = ["GET", "HEAD"];
        routes.MapAction(read, ApiDocument.Route, request => ApiDocument.GetAsync(request, DocumentedHost.Server));
        foreach (var path in DocsPage.Paths)
            routes.MapAction(read, path, request => Task.FromResult(DocsPage.Get(request, path)));
    }
}
