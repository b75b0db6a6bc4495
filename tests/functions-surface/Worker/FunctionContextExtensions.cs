using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionContextExtensions
{
    // The key under which the real middleware keeps the request is its own; here a test puts one there.
    internal const string HttpContextKey = "HttpRequestContext";

    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue(HttpContextKey, out var value) ? value as HttpContext : null;
}
