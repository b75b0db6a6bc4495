using Aigc.Pipeline.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Aigc.Api.OpenAi;

/// <summary>The multipart body of an edit: one picture, and parameters as texts.</summary>
/// <param name="Parameters">The parameters, without the picture.</param>
/// <param name="Image">The picture's file.</param>
internal sealed record EditForm(ParameterReader Parameters, ReadOnlyMemory<byte> Image)
{
    /// <summary>What messages call the picture.</summary>
    public const string What = "Parameter 'image'";

    // Every client names several files so, and the official JavaScript one a single file in a list too.
    private static readonly string[] _names = ["image", "image[]"];

    // The texts and the frame around them.
    private const int MoreThanTheImage = 1 << 20;

    private static readonly FormOptions _options = new()
    {
        MultipartBodyLengthLimit = InputPicture.MaxBytes + 1,
        ValueCountLimit = 64,
        ValueLengthLimit = 256 << 10,
        KeyLengthLimit = 1 << 10,
        MultipartBoundaryLengthLimit = 256,
        MultipartHeadersCountLimit = 16,
        MultipartHeadersLengthLimit = 16 << 10,
    };

    /// <summary>Reads a body.</summary>
    /// <exception cref="ParameterException">It cannot be read, or has not one picture of a known type.</exception>
    /// <exception cref="BadHttpRequestException">It is too long (413), or breaks off.</exception>
    public static async Task<EditForm> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            throw Bad("The body of an edit is multipart/form-data: send the picture as a file named 'image', and the rest as fields.");
        // A server's own limit may be far below a picture's.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = InputPicture.MaxBytes + MoreThanTheImage;
        var form = await ParseAsync(request, cancellationToken).ConfigureAwait(false);
        var parameters = ParameterReader.Of(
            form.SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? ""))));
        foreach (var file in form.Files.Where(file => !_names.Contains(file.Name)))
            parameters.AddFile(file.Name);
        var image = await ReadImageAsync(form.Files, parameters, cancellationToken).ConfigureAwait(false);
        return new EditForm(parameters, image);
    }

    private static async Task<IFormCollection> ParseAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(_options, cancellationToken).ConfigureAwait(false);
        }
        catch (BadHttpRequestException)
        {
            // The server's own word for what is too long or too slow.
            throw;
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && !cancellationToken.IsCancellationRequested))
        {
            throw Bad($"The body cannot be read as multipart/form-data: {e.Message}");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadImageAsync(
        IFormFileCollection files, ParameterReader parameters, CancellationToken cancellationToken)
    {
        var images = files.Where(file => _names.Contains(file.Name)).ToArray();
        if (images is not [var image])
        {
            if (images.Length == 0)
                parameters.Fault(FaultCodes.MissingParameter, "image", "is required, as a file");
            else
                parameters.Fault(FaultCodes.UnsupportedParameter, "image", "is given more than once: a picture starts from one");
            return default;
        }

        var bytes = new byte[image.Length];
        var stream = image.OpenReadStream();
        await using (stream.ConfigureAwait(false))
            await stream.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private static ParameterException Bad(string message) => new(FaultCodes.InvalidRequest, param: null, message);
}
