using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Aigc.Api.Web;

/// <summary>One file of the web page, as this build has it.</summary>
internal sealed record WebFile
{
    private const string ResourcePrefix = "web/";

    private WebFile(string name, byte[] bytes)
    {
        Name = name;
        Bytes = bytes;
        ContentType = TypeOf(Path.GetExtension(name));
        Tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"");
    }

    /// <summary>Its name, as in <c>page.css</c>.</summary>
    public string Name { get; }

    /// <summary>Its media type, with the charset of texts.</summary>
    public string ContentType { get; }

    /// <summary>A validator made of its bytes.</summary>
    public EntityTagHeaderValue Tag { get; }

    /// <summary>What it holds.</summary>
    public byte[] Bytes { get; }

    /// <summary>Reads all files out of the assembly, by their names.</summary>
    public static Dictionary<string, WebFile> ReadAll() => typeof(WebFile).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
        .Select(name => new WebFile(name[ResourcePrefix.Length..], Read(name)))
        .ToDictionary(file => file.Name, StringComparer.Ordinal);

    private static byte[] Read(string resource)
    {
        using var stream = typeof(WebFile).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string TypeOf(string extension) => extension switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml; charset=utf-8",
        _ => throw new InvalidOperationException($"no media type is known for {extension}"),
    };
}
