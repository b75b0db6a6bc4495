namespace Microsoft.Azure.Functions.Worker.Http;

// In signatures only: the app takes ASP.NET Core's HttpRequest.
public abstract class HttpRequestData
{
}
