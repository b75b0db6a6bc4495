using System.Text.Json;
using System.Text.Json.Nodes;
using Aigc.Artifacts;
using Aigc.Pipeline;
using Aigc.Pipeline.Engine;
using Aigc.Pipeline.Stages;
using Microsoft.AspNetCore.Http;

namespace Aigc.Api.Generations;

/// <summary>The JSON of jobs as callers see it: the engine's own, with a <c>url</c> beside each reference to a picture.</summary>
internal static class JobJson
{
    public static string Of(JobStatus status, PathString pathBase) => Node(status, pathBase).ToJsonString();

    public static string Of(JobPage page, PathString pathBase)
    {
        var node = new JsonObject { ["generations"] = new JsonArray([.. page.Jobs.Select(job => Node(job, pathBase))]) };
        if (page.Next is { } next)
            node["next"] = next;
        return node.ToJsonString();
    }

    public static JsonObject Of(PictureResult picture, PathString pathBase) =>
        WithUrl(JsonSerializer.SerializeToNode(picture, PipelineJson.Default.PictureResult), picture.Picture, pathBase);

    public static JsonObject Of(BasePicture picture, PathString pathBase) =>
        WithUrl(JsonSerializer.SerializeToNode(picture, PipelineJson.Default.BasePicture), picture.Picture, pathBase);

    public static JsonObject Of(PreviewPicture picture, PathString pathBase) =>
        WithUrl(JsonSerializer.SerializeToNode(picture, PipelineJson.Default.PreviewPicture), picture.Picture, pathBase);

    /// <summary>Where a caller fetches an artifact. Legal names need no escaping.</summary>
    public static string Url(ArtifactRef reference, PathString pathBase) => $"{pathBase}/{GenerationRoutes.Artifacts}/{reference.Name}";

    public static JsonObject Node(JobStatus status, PathString pathBase)
    {
        var bare = status with { Pictures = [], Bases = [], Previews = [] };
        var node = JsonSerializer.SerializeToNode(bare, PipelineJson.Default.JobStatus)!.AsObject();
        node["pictures"] = new JsonArray([.. status.Pictures.Select(picture => Of(picture, pathBase))]);
        node["bases"] = new JsonArray([.. status.Bases.Select(picture => Of(picture, pathBase))]);
        node["previews"] = new JsonArray([.. status.Previews.Select(picture => Of(picture, pathBase))]);
        return node;
    }

    private static JsonObject WithUrl(JsonNode? node, ArtifactRef reference, PathString pathBase)
    {
        var picture = node!.AsObject();
        picture["url"] = Url(reference, pathBase);
        return picture;
    }
}
