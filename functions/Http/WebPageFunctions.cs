using Aigc.Api;
using Aigc.Api.Web;
using Aigc.Functions.Configuration;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace Aigc.Functions.Http;

/// <summary>The web page. It needs no key; what it asks for does.</summary>
public sealed class WebPageFunctions(IOptions<FunctionsOptions> options)
{
    // An empty route would be the function's name, and "/" breaks the worker's own routing: this matches nothing but the root.
    private const string Root = "{root:maxlength(0)?}";

    // The host shows a page of its own there unless AzureWebJobsDisableHomepage is true.
    [Function("GetPage")]
    public IActionResult Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) => Get(request, "/");

    [Function("GetPageFile")]
    public IActionResult File(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = WebPage.Folder + "/{name}")] HttpRequest request, string name) =>
        Get(request, $"/{WebPage.Folder}/{name}");

    private IActionResult Get(HttpRequest request, string path) =>
        Gateway.AnswerAnyone(request, asked => Task.FromResult(WebPage.Get(asked, path, options.Value.Container)));
}
