using System.Text;
using Aigc.Conformance;
using static Aigc.Api.Tests.OpenAi.ErrorAnswer;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>What is refused, and how it is said.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("""{"prompt":"a","size":"100x100"}""", "invalid_value", "size")]
    [InlineData("""{"prompt":"a","size":"big"}""", "invalid_value", "size")]
    [InlineData("""{"prompt":"a","size":"8192x8192"}""", "invalid_value", "size")]
    [InlineData("""{"prompt":"a","size":"128x128\n"}""", "invalid_value", "size")]
    [InlineData("""{"prompt":"a","n":0}""", "invalid_value", "n")]
    [InlineData("""{"prompt":"a","n":1.5}""", "invalid_type", "n")]
    [InlineData("""{"prompt":"a","n":"1"}""", "invalid_type", "n")]
    [InlineData("""{"prompt":7}""", "invalid_type", "prompt")]
    [InlineData("""{"prompt":null}""", "missing_required_parameter", "prompt")]
    [InlineData("""{"prompt":"a","stream":"true"}""", "invalid_type", "stream")]
    [InlineData("""{"prompt":"a","stream":true,"partial_images":4}""", "invalid_value", "partial_images")]
    [InlineData("""{"prompt":"a","partial_images":1}""", "unsupported_parameter", "partial_images")]
    [InlineData("""{"prompt":"a","stream":true,"response_format":"url"}""", "unsupported_parameter", "response_format")]
    [InlineData("""{"prompt":"a","response_format":"file"}""", "invalid_value", "response_format")]
    [InlineData("""{"prompt":"a","output_format":"gif"}""", "unsupported_parameter", "output_format")]
    [InlineData("""{"prompt":"a","output_format":"bmp"}""", "invalid_value", "output_format")]
    [InlineData("""{"prompt":"a","output_format":"jpeg","output_compression":101}""", "invalid_value", "output_compression")]
    [InlineData("""{"prompt":"a","output_compression":50}""", "unsupported_parameter", "output_compression")]
    [InlineData("""{"prompt":"a","moderation":"low"}""", "unsupported_parameter", "moderation")]
    [InlineData("""{"prompt":"a","style":"vivid"}""", "unsupported_parameter", "style")]
    [InlineData("""{"prompt":"a","svg":{"model":"x"}}""", "unsupported_parameter", "svg")]
    [InlineData("""{"prompt":"a","strength":0.5}""", "unknown_parameter", "strength")]
    [InlineData("""{"prompt":"a","input_fidelity":"low"}""", "unknown_parameter", "input_fidelity")]
    [InlineData("""{"prompt":"a","steps":4}""", "unknown_parameter", "steps")]
    [InlineData("""{"prompt":"a","num_inference_steps":1001}""", "invalid_value", "num_inference_steps")]
    [InlineData("""{"prompt":"a","guidance_scale":31}""", "invalid_value", "guidance_scale")]
    [InlineData("""{"prompt":"a","guidance_scale":1e999}""", "invalid_type", "guidance_scale")]
    [InlineData("""{"prompt":"a","seed":-1}""", "invalid_value", "seed")]
    [InlineData("""{"prompt":"a","user":1}""", "invalid_type", "user")]
    [InlineData("""{"prompt":"a","prompt":"b"}""", "invalid_request", null)]
    [InlineData("""{"prompt":"\ud800"}""", "invalid_request", null)]
    [InlineData("""{"\ud800":"a"}""", "invalid_request", null)]
    [InlineData("""["a"]""", "invalid_request", null)]
    [InlineData("", "invalid_request", null)]
    public async Task Generate_BadBody_IsA400WithTheParameterAndStartsNothing(string body, string code, string? param)
    {
        var stages = new ConformanceStages();
        await using var server = await ApiServer.StartAsync(stages);

        var error = await ReadAsync(await server.GenerateAsync(body), 400);

        Assert.Equal((code, param), (Text(error, "code"), Text(error, "param")));
        Assert.Equal("invalid_request_error", Text(error, "type"));
        Assert.Empty(stages.Calls);
        Assert.Empty((await server.Engine.ListAsync()).Jobs);
    }

    [Fact]
    public async Task Generate_ManyFaults_AreAllInTheMessage()
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());

        var error = await ReadAsync(await server.GenerateAsync("""{"n":0,"size":"big","quality":"hd","colour":"red"}"""), 400);

        Assert.Equal(
            "Parameter 'quality' is 'hd': this service takes auto or standard. "
                + "Parameter 'size' is neither 'auto' nor a width and height, as in 512x512. "
                + "Parameter 'n' is 0, which is not between 1 and 10. Parameter 'prompt' is required. Unknown parameter: 'colour'.",
            Text(error, "message"));
    }

    [Fact]
    public async Task Generate_LongNames_AreCutBetweenCharacters()
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());
        // The cut falls into the middle of each of these.
        var (name, model) = ($"{new string('a', 39)}\U0001F600", $"{new string('m', 79)}\U0001F600");

        var unknown = await ReadAsync(await server.GenerateAsync($$"""{"prompt":"a","{{name}}":1}"""), 400);
        var noModel = await ReadAsync(await server.GenerateAsync($$"""{"prompt":"a","model":"{{model}}"}"""), 404);

        Assert.Equal((name, $"Unknown parameter: '{name[..39]}...'."), (Text(unknown, "param"), Text(unknown, "message")));
        Assert.Contains($"'{model[..79]}...'", Text(noModel, "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "v1/images/generations", "POST")]
    [InlineData("PUT", "v1/images/edits", "POST")]
    [InlineData("POST", "v1/models", "GET")]
    [InlineData("DELETE", "v1/models/tiny", "GET")]
    public async Task Url_OtherMethod_IsA405ThatNamesTheRightOne(string method, string path, string allowed)
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await server.Client.SendAsync(request);
        var error = await ReadAsync(answer, 405);

        Assert.Equal(allowed, Assert.Single(answer.Content.Headers.Allow));
        Assert.Equal(("method_not_allowed", $"Not allowed: {method} /{path}. It takes {allowed}."), (Text(error, "code"), Text(error, "message")));
    }

    [Theory]
    [InlineData("POST", "v1/images/variations")]
    [InlineData("GET", "v1/chat")]
    public async Task Url_Unknown_IsA404OfTheSameShape(string method, string path)
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var error = await ReadAsync(await server.Client.SendAsync(request), 404);

        Assert.Equal(("unknown_url", $"Unknown request URL: {method} /{path}."), (Text(error, "code"), Text(error, "message")));
    }

    [Fact]
    public async Task Generate_PictureGoneFromTheStore_IsA500()
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());

        var error = await ReadAsync(await server.GenerateAsync("""{"prompt":"a"}"""), 500);

        Assert.Equal("data_loss", Text(error, "code"));
    }

    [Fact]
    public async Task Edit_BadForms_AreA400WithTheParameter()
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());

        async Task<(string?, string?)> EditAsync(HttpContent body)
        {
            var error = await ReadAsync(await server.Client.PostAsync("v1/images/edits", body), 400);
            return (Text(error, "code"), Text(error, "param"));
        }

        using var json = new StringContent("""{"prompt":"a"}""", Encoding.UTF8, "application/json");
        Assert.Equal(("invalid_request", null), await EditAsync(json));
        Assert.Equal(("missing_required_parameter", "image"), await EditAsync(Form(("prompt", "a"))));
        Assert.Equal(("missing_required_parameter", "prompt"), await EditAsync(WithImage(Form())));
        Assert.Equal(("invalid_value", "strength"), await EditAsync(WithImage(Form(("prompt", "a"), ("strength", "0")))));
        Assert.Equal(("invalid_type", "n"), await EditAsync(WithImage(Form(("prompt", "a"), ("n", "two")))));
        Assert.Equal(("invalid_value", "prompt"), await EditAsync(WithImage(Form(("prompt", "a"), ("prompt", "b")))));
        Assert.Equal(("unsupported_parameter", "quality"), await EditAsync(WithImage(Form(("prompt", "a"), ("quality", "high")))));
        Assert.Equal(("unknown_parameter", "moderation"), await EditAsync(WithImage(Form(("prompt", "a"), ("moderation", "auto")))));
        Assert.Equal(("unsupported_parameter", "mask"), await EditAsync(WithImage(WithImage(Form(("prompt", "a"))), "mask")));
        Assert.Equal(("unknown_parameter", "extra"), await EditAsync(WithImage(WithImage(Form(("prompt", "a"))), "extra")));
        Assert.Equal(("invalid_value", "image"), await EditAsync(WithImage(Form(("prompt", "a")), bytes: [1, 2, 3])));
    }

    [Fact]
    public async Task Generate_BodyTooLong_IsA413()
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());

        var error = await ReadAsync(await server.GenerateAsync($$"""{"prompt":"{{new string('a', 300_000)}}"}"""), 413);

        Assert.Equal(("too_large", "the body is longer than 262144 bytes"), (Text(error, "code"), Text(error, "message")));
    }

    [Fact]
    public async Task Edit_PictureTooLong_IsA413BeforeItIsSent()
    {
        await using var server = await ApiServer.StartAsync(new ConformanceStages());
        using var handler = new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "v1/images/edits"))
        {
            Content = WithImage(Form(("prompt", "a")), bytes: new byte[(64 << 20) + (2 << 20)]),
            Headers = { ExpectContinue = true },
        };

        var error = await ReadAsync(await client.SendAsync(request), 413);

        Assert.Equal("too_large", Text(error, "code"));
    }

    private static MultipartFormDataContent Form(params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    private static MultipartFormDataContent WithImage(MultipartFormDataContent form, string name = "image", byte[]? bytes = null)
    {
        form.Add(new ByteArrayContent(bytes ?? [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]), name, "a.png");
        return form;
    }
}
