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
    // The host shows a page of its own at the root unless AzureWebJobsDisableHomepage is true.
    [Function("GetPage")]
    public IActionResult Page(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "/")] HttpRequest request) => Get(request, "/");

    [Function("GetPageFile")]
    public IActionResult File(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = WebPage.Folder + "/{name}")] HttpRequest request, string name) =>
        Get(request, $"/{WebPage.Folder}/{name}");

    private IActionResult Get(HttpRequest request, string path) =>
        Gateway.AnswerAnyone(request, asked => Task.FromResult(WebPage.Get(asked, path, options.Value.Container)));
}
