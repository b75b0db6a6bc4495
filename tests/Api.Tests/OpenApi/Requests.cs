using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Aigc.Inference.Imaging;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Requests of the documented operations.</summary>
internal static class Requests
{
    /// <summary>A file that pictures may start from.</summary>
    public static byte[] Image { get; } = PictureEncoder.Encode(Grey(), PictureFormat.Png, 100).ToArray();

    /// <summary>A request that asks an operation for as little as it takes.</summary>
    /// <param name="operation">The operation's id.</param>
    /// <param name="id">The job, artifact or model.</param>
    public static HttpRequestMessage Plain(string operation, string id = "nothing") => operation switch
    {
        "startGeneration" => Post("api/generations", """{"prompt":"a"}"""),
        "listGenerations" => new(HttpMethod.Get, "api/generations"),
        "listGenerationsHead" => new(HttpMethod.Head, "api/generations"),
        "getGeneration" => new(HttpMethod.Get, $"api/generations/{id}"),
        "getGenerationHead" => new(HttpMethod.Head, $"api/generations/{id}"),
        "deleteGeneration" => new(HttpMethod.Delete, $"api/generations/{id}"),
        "cancelGeneration" => new(HttpMethod.Post, $"api/generations/{id}/cancel"),
        "followGeneration" => new(HttpMethod.Get, $"api/generations/{id}/events"),
        "getArtifact" => new(HttpMethod.Get, $"api/artifacts/{id}"),
        "getArtifactHead" => new(HttpMethod.Head, $"api/artifacts/{id}"),
        "storePicture" => new(HttpMethod.Post, "api/artifacts") { Content = File(Image) },
        "generateImages" => Post("v1/images/generations", """{"prompt":"a"}"""),
        "editImage" => new(HttpMethod.Post, "v1/images/edits") { Content = Form(new JsonObject { ["prompt"] = "a", ["image"] = "" }) },
        "listModels" => new(HttpMethod.Get, "v1/models"),
        "getModel" => new(HttpMethod.Get, $"v1/models/{id}"),
        "isAlive" => new(HttpMethod.Get, "healthz"),
        "getLoadedModel" => new(HttpMethod.Get, "api/model"),
        "getLoadedModelHead" => new(HttpMethod.Head, "api/model"),
        "listHosts" => new(HttpMethod.Get, "api/hosts"),
        "listHostsHead" => new(HttpMethod.Head, "api/hosts"),
        "getFigures" => new(HttpMethod.Get, "metrics"),
        "isReady" => new(HttpMethod.Get, "readyz"),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "no request is known for this operation"),
    };

    public static HttpRequestMessage Post(string path, string json, string type = "application/json") =>
        new(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, type) };

    /// <summary>A form of an example's fields; its pictures are files.</summary>
    public static MultipartFormDataContent Form(JsonObject fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
        {
            if (name is "image" or "image[]")
                form.Add(File(Image), name, "square.png");
            else
                form.Add(new StringContent(value!.ToString()), name);
        }

        return form;
    }

    public static ByteArrayContent File(byte[] bytes, string type = "image/png") =>
        new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private static Picture Grey()
    {
        var rgba = new byte[64 * 64 * Picture.BytesPerPixel];
        Array.Fill(rgba, (byte)0x80);
        return new Picture(64, 64, rgba);
    }
}
