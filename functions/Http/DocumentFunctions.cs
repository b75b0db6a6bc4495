using Aigc.Api.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Http;

/// <summary>The OpenAPI document and its page. They hold nothing of any caller, so no key guards them.</summary>
public static class DocumentFunctions
{
    [Function("GetOpenApiDocument")]
    public static Task<IActionResult> DocumentAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ApiDocument.Route)] HttpRequest request) =>
        ApiDocument.GetAsync(request, DocumentedHost.Functions);

    [Function("GetDocs")]
    public static IActionResult Docs(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DocsPage.Route + "/{file?}")] HttpRequest request, string? file) =>
        DocsPage.Get(request, file is null ? $"/{DocsPage.Route}" : $"/{DocsPage.Route}/{file}");
}
