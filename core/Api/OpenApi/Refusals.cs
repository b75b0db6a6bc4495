using System.Text.Json;
using Aigc.Api.OpenAi;
using Microsoft.OpenApi;

namespace Aigc.Api.OpenApi;

/// <summary>Refusals in the shapes of both kinds of routes: problems (RFC 9457), and OpenAI's errors below <c>/v1</c>.</summary>
internal sealed class Refusals
{
    public const string Problem = "Problem";
    public const string Error = "OpenAIError";
    public const string ErrorBody = "OpenAIErrorBody";

    private const string InternalCode = "`internal`: a fault of the service, which its log has.";
    private const string InternalExample =
        "a fault of the service and not of the request; its log has it under trace id 4bf92f3577b34da6a3ce929d0e0e4736";

    private readonly bool _openAi;

    private Refusals(bool openAi) => _openAi = openAi;

    public static Refusals Native { get; } = new(openAi: false);

    public static Refusals OpenAi { get; } = new(openAi: true);

    public static IEnumerable<(string Name, OpenApiSchema Schema)> Schemas()
    {
        yield return (Problem, Fields.Object("Why a request was refused, or failed: a problem as RFC 9457 has it.")
            .Has("type", Fields.Word("Always `about:blank`: `title` tells problems apart.", "about:blank"))
            .Has("title", Fields.Text("A stable code for programs, as in `not_found`.", pattern: "^[a-z_]+$"))
            .Has("status", Fields.Whole("The HTTP status, again.", min: 400, max: 599))
            .Has("detail", Fields.Text("One sentence for people: what is wrong, all of it, and what mends it.", min: 1)));
        yield return (ErrorBody, Fields.Object("What is wrong.")
            .Has("message", Fields.Text("Sentences for people, one for each fault of the request.", min: 1))
            .Has("type", Fields.Choice("What sort of fault.", ["invalid_request_error", "rate_limit_error", "server_error"]))
            .Has("param", Fields.Text("The first parameter at fault; null where no single one is.").OrNull())
            .Has("code", Fields.Text("A stable code for programs, as in `invalid_value`.", pattern: "^[a-z_]+$")));
        yield return (Error, Fields.Object("Why a request was refused, or failed, in the shape that OpenAI's clients know.")
            .Has("error", Fields.Ref(ErrorBody, "What is wrong.")));
    }

    /// <summary>What any route that needs a key may answer.</summary>
    /// <param name="stages">Whether the route asks the stages, which may be full or late.</param>
    public OpenApiResponses Common(bool stages = false)
    {
        var answers = Gate(stages).And(Answered.Of(
            (500, One(500, $"{InternalCode} `data_loss`: stored bytes differ from their hash; `bad_model`: the model cannot be read.",
                "internal", InternalExample)),
            (503, Unavailable())));
        return stages
            ? answers.And(Answered.Of((504, One(504, "`deadline_exceeded`: its time was over before it was done.", "deadline_exceeded",
                "the deadline passed before the call was done: allow more time"))))
            : answers;
    }

    /// <summary>What stands before every route that needs a key.</summary>
    /// <param name="stages">Whether the route asks the stages, which may be full.</param>
    public OpenApiResponses Gate(bool stages = false) => Answered.Of(
        (401, One(401, "`invalid_api_key`: keys are in use and no known one is presented.", "invalid_api_key",
            "no known key is presented: send one as Authorization: Bearer KEY or x-api-key: KEY")
            .Has("WWW-Authenticate", Fields.Word("How to present one.", "Bearer"))),
        (403, NotLocal()),
        (429, TooMany(stages)));

    /// <summary>What should not happen.</summary>
    public OpenApiResponse Internal() => One(500, InternalCode, "internal", InternalExample);

    /// <summary>Without keys, the machine itself is answered alone.</summary>
    public OpenApiResponse NotLocal() => One(
        403,
        "No keys are in use. `not_local`: the host that was asked for is not this machine; `other_origin`: a page of another origin asked; "
        + "`no_keys`: on Azure, nobody is answered before there are keys.",
        "not_local",
        "without keys only this machine is answered: ask for it as 127.0.0.1 or localhost");

    public OpenApiResponse Unavailable() => One(
        503, "`unavailable`: the model is loading, or a part does not answer. It passes.", "unavailable", "the model is being loaded")
        .Has("Retry-After", Fields.Whole("When to try again, in seconds.", min: 1));

    /// <summary>One refusal.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="description">Its codes, and when each is answered.</param>
    /// <param name="code">The code of the example.</param>
    /// <param name="message">Its sentence.</param>
    /// <param name="param">Below <c>/v1</c>, the parameter at fault.</param>
    public OpenApiResponse One(int status, string description, string code, string message, string? param = null)
    {
        if (!_openAi)
        {
            var problem = JsonSerializer.Serialize(new { type = "about:blank", title = code, status, detail = message });
            return Answered.With(description, Fields.Ref(Problem), problem, "application/problem+json");
        }

        var type = OpenAiError.TypeOf(status);
        var error = JsonSerializer.Serialize(new { error = new { message, type, param, code } });
        return Answered.With(description, Fields.Ref(Error), error);
    }

    private OpenApiResponse TooMany(bool stages)
    {
        const string Limits = "rate_limit_exceeded";
        var queue = _openAi ? Limits : "overloaded";
        var full = stages ? $"`{queue}`: the queue is full, or the deadline could not be met; " : "";
        return One(
            429,
            $"{full}`{Limits}`: this key's requests, a minute or at a time, are used up.",
            stages ? queue : Limits,
            stages ? "every host is full: try again later" : "this key may send 600 requests a minute, and has")
            .Has("Retry-After", Fields.Whole("When to try again, in seconds.", min: 1));
    }
}
