using Aigc.Api;
using Aigc.Api.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace Aigc.Functions.Http;

/// <summary>The OpenAPI document and its page. They hold nothing of any caller, so that no key guards them.</summary>
public static class DocumentFunctions
{
    [Function("GetOpenApiDocument")]
    public static IActionResult Document(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = ApiDocument.Route)] HttpRequest request) =>
        Gateway.AnswerAnyone(request, asked => ApiDocument.GetAsync(asked, DocumentedHost.Functions));

    [Function("GetDocs")]
    public static IActionResult Docs(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = DocsPage.Route + "/{file?}")] HttpRequest request, string? file) =>
        Gateway.AnswerAnyone(
            request, asked => Task.FromResult(DocsPage.Get(asked, file is null ? $"/{DocsPage.Route}" : $"/{DocsPage.Route}/{file}")));
}
