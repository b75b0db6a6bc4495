using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>What a document says of the API as a whole.</summary>
internal static class DocumentText
{
    private const string Shared =
        """
        Text to picture, with the chain of models behind one API.

        There are two kinds of routes over the same service. `/api` is its own: jobs that are started, followed and fetched, with every
        setting. `/v1` is OpenAI's Images API, for clients that were written for it.

        **Faults.** Below `/api` they are problems (RFC 9457) whose `title` is a stable code; below `/v1` they have OpenAI's shape. A field
        that would not be honoured is refused and never ignored. 429 and 503 pass: `Retry-After` says when to try again.
        """;

    private const string Server =
        """


        **Keys.** Where the server has keys, one is presented with every request but those of `/healthz` and `/readyz`, of this document
        and of the pages. Where it has none, it answers only the machine that it runs on.

        **Other routes and methods.** A path that is not served is a 404, `not_found`, or below `/v1` `unknown_url`; a method that a path
        does not take is a 405, `method_not_allowed`, with `Allow`.
        """;

    private const string Functions =
        """


        **Keys.** One of the app's own keys is presented with every request but those of this document and of the pages; keys of Azure
        Functions play no part. Where the app has none, it answers nobody, and a developer's host only the machine that it runs on.

        **Other routes and methods.** Below `/v1` a path that is not served is a 404, `unknown_url`, and a method that a path does not
        take a 405, `method_not_allowed`, with `Allow`. Elsewhere Azure Functions answers both in its own way.
        """;

    public static OpenApiInfo Info(DocumentedHost host) => new()
    {
        Title = "Aigc.Functions",
        Version = "1",
        Description = Shared + (host == DocumentedHost.Functions ? Functions : Server),
        License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
    };

    public static IEnumerable<(string Name, OpenApiSecurityScheme Scheme)> Keys()
    {
        yield return ("bearer", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "One of the service's keys, as `Authorization: Bearer KEY`.",
        });
        yield return ("apiKey", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "x-api-key",
            Description = "One of the service's keys, as `x-api-key: KEY`.",
        });
    }
}
