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


        **Keys.** Where the server has keys, one is presented with every request but those of the probes, of this document and of its pages.
        Where it has none, it answers only the machine that it runs on.

        **Other routes and methods.** A path that is not served is a 404, and a method that a path does not take a 405 with `Allow`; below
        `/v1` both are a 404 with the code `unknown_url`.
        """;

    private const string Functions =
        """


        **Keys.** A function key is presented with every request but that of this document. A host on this machine asks for none.
        """;

    public static OpenApiInfo Info(DocumentedHost host) => new()
    {
        Title = "Aigc.Functions",
        Version = "1",
        Description = Shared + (host == DocumentedHost.Functions ? Functions : Server),
        License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
    };

    public static IEnumerable<(string Name, OpenApiSecurityScheme Scheme)> Keys(DocumentedHost host)
    {
        if (host == DocumentedHost.Functions)
        {
            yield return ("functionKey", Key(ParameterLocation.Header, "x-functions-key", "A function key, as a header."));
            yield return ("functionCode", Key(ParameterLocation.Query, "code", "A function key, as a parameter: it then stands in logs."));
            yield break;
        }

        yield return ("bearer", new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "One of the server's keys, as `Authorization: Bearer KEY`.",
        });
        yield return ("apiKey", Key(ParameterLocation.Header, "x-api-key", "One of the server's keys, as `x-api-key: KEY`."));
    }

    private static OpenApiSecurityScheme Key(ParameterLocation place, string name, string description) =>
        new() { Type = SecuritySchemeType.ApiKey, In = place, Name = name, Description = description };
}
