using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Aigc.Api.Tests.OpenAi;

/// <summary>Bodies that nobody should send.</summary>
public sealed class FuzzTests
{
    private const int Bodies = 500;
    private const string Boundary = "b0undary";

    private static readonly string[] _json =
    [
        """{"prompt":"a","model":"tiny","n":2,"size":"512x512","response_format":"url","output_format":"jpeg","output_compression":80}""",
        """{"prompt":"a \"b\"","stream":true,"partial_images":2,"seed":7,"num_inference_steps":4,"guidance_scale":2.5}""",
        """{"prompt":"a","negative_prompt":"b","quality":"auto","background":"opaque","moderation":"auto","user":null,"size":"auto"}""",
    ];

    private static readonly string _form = string.Join("\r\n",
        $"--{Boundary}", "Content-Disposition: form-data; name=\"prompt\"", "", "a red circle",
        $"--{Boundary}", "Content-Disposition: form-data; name=\"n\"", "", "1",
        $"--{Boundary}", "Content-Disposition: form-data; name=\"image[]\"; filename=\"a.png\"", "Content-Type: image/png", "",
        "\u0089PNG\r\n\u001a\n and what follows",
        $"--{Boundary}--", "");

    private static readonly string[] _pieces =
    [
        "null", "-1", "1e400", "99999999999999999999", "0.0", "true", "[]", "{}", "[[[[[[[[", "\"\"", "\"\\ud800\"", "\"a\":", "\"512x\"",
        "\0", "\u00ff",
    ];

    [Fact]
    public async Task Routes_MalformedBodies_AreRefusedOrServedAndNeverAFaultOfTheService()
    {
        await using var server = await ApiServer.StartAsync(ScriptedStages.Of((_, _) => Task.CompletedTask));
        var random = new Random(20261125);
        var statuses = new Dictionary<int, int>();
        for (var i = 0; i < Bodies; i++)
        {
            var edit = i % 2 == 1;
            var seed = Encoding.Latin1.GetBytes(edit ? _form : _json[random.Next(_json.Length)]);
            var body = Damage(seed, random);
            using var content = new ByteArrayContent(body);
            var type = edit ? $"multipart/form-data; boundary={Boundary}" : "application/json";
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

            using var answer = await server.Client.PostAsync(edit ? "v1/images/edits" : "v1/images/generations", content);

            var status = (int)answer.StatusCode;
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(status < 500, $"body {i} answered {status}: {text}\n{Encoding.Latin1.GetString(body)}");
            if (status != 200)
                Assert.NotNull(ErrorAnswer.Text(JsonDocument.Parse(text).RootElement.GetProperty("error"), "code"));
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
        }

        // Most are refused; that some are served shows that the bodies are near to good ones.
        Assert.True(statuses.GetValueOrDefault(400) > Bodies / 2, string.Join(", ", statuses));
        Assert.True(statuses.GetValueOrDefault(200) > 0, string.Join(", ", statuses));
    }

    private static byte[] Damage(byte[] seed, Random random)
    {
        var body = seed.ToList();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var place = random.Next(body.Count);
            switch (random.Next(5))
            {
                case 0:
                    body[place] = (byte)random.Next(256);
                    break;
                case 1:
                    body.InsertRange(place, Encoding.Latin1.GetBytes(_pieces[random.Next(_pieces.Length)]));
                    break;
                case 2:
                    body.RemoveRange(place, Math.Min(random.Next(1, 9), body.Count - place - 1));
                    break;
                case 3:
                    body.RemoveRange(place + 1, body.Count - place - 1);
                    break;
                default:
                    body.InsertRange(place, body.GetRange(place, random.Next(body.Count - place)));
                    break;
            }
        }

        return [.. body];
    }
}
