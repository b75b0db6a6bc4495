using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Aigc.Api.Web;

/// <summary>One file of a page, as this build has it.</summary>
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

    /// <summary>Reads the files of the web page, by their names.</summary>
    public static Dictionary<string, WebFile> ReadAll() => ReadAll(ResourcePrefix);

    /// <summary>Reads the files of a page out of this assembly, by their names.</summary>
    /// <param name="prefix">What the names of their resources start with.</param>
    public static Dictionary<string, WebFile> ReadAll(string prefix) => typeof(WebFile).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Select(name => Read(typeof(WebFile).Assembly, name, name[prefix.Length..]))
        .ToDictionary(file => file.Name, StringComparer.Ordinal);

    /// <summary>Reads one file out of an assembly.</summary>
    /// <param name="assembly">Whose.</param>
    /// <param name="resource">The name that the assembly has it under.</param>
    /// <param name="name">The file's own name.</param>
    public static WebFile Read(Assembly assembly, string resource, string name)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no resource {resource}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new WebFile(name, bytes);
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
