using System.Globalization;
using Aigc.Api.Generations;
using Aigc.Api.OpenApi.Jobs;
using Aigc.Api.Uploads;
using Aigc.Pipeline.Requests;
using Microsoft.OpenApi;
using static Aigc.Api.OpenApi.Asked;
using static Aigc.Api.OpenApi.Fields;

namespace Aigc.Api.OpenApi.Artifacts;

/// <summary>How pictures are fetched and handed in.</summary>
internal static class ArtifactOperations
{
    public const string Tag = "Artifacts";
    public const string Upload = "UploadedPicture";

    private static Refusals Refused => Refusals.Native;

    public static IEnumerable<ApiOperation> All(DocumentedHost host)
    {
        yield return new(HttpMethod.Get, GenerationRoutes.Artifact, Get(host));
        yield return new(HttpMethod.Post, UploadsApi.Route, Store());
    }

    public static IEnumerable<(string Name, OpenApiSchema Schema)> Schemas()
    {
        yield return (Upload, Object("A picture that was handed in.")
            .Has("image", JobSchemas.Reference("What requests take as their `image`."))
            .Has("url", Text("Where its bytes are fetched: a path on this host.", format: "uri-reference")));
    }

    private static OpenApiOperation Get(DocumentedHost host)
    {
        var range = Text("The bytes that are answered, and of how many.", pattern: "^bytes [0-9]+-[0-9]+/[0-9]+$");
        var responses = Answered.Of(
            (200, Bytes("All bytes.")),
            (206, Bytes("The bytes asked for.").Has("Content-Range", range)),
            (304, Kept(Answered.Empty("The caller has these bytes already."))),
            (400, Refused.One(400, "`bad_request`: the name is not legal.", "bad_request", "artifact name '../a' is not legal")),
            (404, Refused.One(404, "`not_found`: there is no artifact of this name.", "not_found", "there is no such artifact")),
            (416, Kept(Answered.Empty("`Range` begins after the end."))
                .Has("Accept-Ranges", Bytes())
                .Has("Content-Range", Text("How many bytes there are.", pattern: @"^bytes \*/[0-9]+$")))).And(Refused.Common());
        if (host == DocumentedHost.Functions)
            responses.Add("302", Elsewhere());
        return new OpenApiOperation
        {
            OperationId = "getArtifact",
            Summary = "Fetch a picture",
            Description = "The bytes of an artifact: a finished picture, a base, a preview or one that was handed in. "
                + "Its name may hold slashes, which go into the path as they are.",
            Parameters =
            [
                InPath("name", Text(
                    "The artifact's name, as `url`s have it: parts of a-z, 0-9, '.', '_' and '-', with slashes between.", min: 1, max: 200)
                    .Like("pictures/3f1d.png")),
                InHeader("If-None-Match", Text("The `ETag`s that the caller has, or `*`: 304 where the bytes are still those.")),
                InHeader("Range", Text("The only bytes wanted, as in `bytes=0-1023`.").Like("bytes=0-1023")),
            ],
            Responses = responses,
        };
    }

    private static OpenApiOperation Store()
    {
        var operation = new OpenApiOperation
        {
            OperationId = "storePicture",
            Summary = "Hand in a picture",
            Description = "Takes in a picture for requests to start from. The same bytes have the same name, however often they are sent.",
            RequestBody = new OpenApiRequestBody
            {
                Description = $"A PNG, JPEG or WebP file of at most {UploadsApi.MaxBytes >> 20} MiB. Its kind is told by its first bytes, "
                    + "and the request's Content-Type plays no part.",
                Required = true,
                Content = InputPicture.MediaTypes.ToDictionary(
                    type => type, _ => new OpenApiMediaType { Schema = File("The file.") }),
            },
            Responses = Answered.Of(
                (201, Answered.With("It is stored.", Ref(Upload), """
                    {"image":"artifact:v1:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef:5021:uploads/5f70.png:image/png",
                    "url":"/api/artifacts/uploads/5f70.png"}
                    """).Has("Location", Text("Where its bytes are fetched: a path on this host.", format: "uri-reference"))),
                (400, Refused.One(400, "`bad_request`: the body is no such file, or its chunks are wrong.", "bad_request",
                    "the picture is neither PNG, JPEG nor WebP: convert it to one of them")),
                (413, Refused.One(413, "`too_large`: the file is too long.", "too_large", string.Create(
                    CultureInfo.InvariantCulture, $"the picture is longer than {UploadsApi.MaxBytes} bytes: make it smaller"))),
                (507, Refused.One(507, "`out_of_space`: the store has no room left.", "out_of_space", "the store has no room left")))
                .And(Refused.Common()),
        };
        return operation;
    }

    // The store checks conditions and ranges of its own accord: the caller sends them there.
    private static OpenApiResponse Elsewhere() => Answered.Empty(
        "The bytes are fetched from the store, where it gives addresses of its own; otherwise this host answers with them.")
        .Has("Location", Text("An address that opens for some minutes, to whoever has it and without a key.", format: "uri"))
        .Has("Cache-Control", Word("The address may be used again for half a minute, and by nobody else.", "private, max-age=30"));

    private static OpenApiResponse Bytes(string description)
    {
        var answer = Kept(Answered.Empty(description)).Has("Accept-Ranges", Bytes());
        foreach (var type in InputPicture.MediaTypes)
            answer.And(type, File("The file."));
        return answer;
    }

    private static OpenApiSchema Bytes() => Word("Ranges of bytes are answered.", "bytes");

    private static OpenApiResponse Kept(OpenApiResponse answer) => answer
        .Has("ETag", Text("The SHA-256 of the bytes, in quotes.", pattern: "^\"[0-9a-f]{64}\"$"))
        .Has("Cache-Control", Text(
            "A year where the name is a content address, and so never stands for other bytes; else the caller must ask again each time.",
            pattern: "^(public, max-age=31536000, immutable|no-cache)$"));
}
