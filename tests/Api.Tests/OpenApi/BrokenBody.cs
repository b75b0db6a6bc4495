using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Aigc.Api.Tests.OpenApi;

/// <summary>Requests that no client sends: their chunks are not as HTTP has them.</summary>
internal static class BrokenBody
{
    /// <summary>Sends a request's head, and something else where its body has the size of a chunk.</summary>
    public static async Task<HttpResponseMessage> SendAsync(Uri server, HttpRequestMessage request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port);
        var stream = client.GetStream();
        var head = $"{request.Method} /{request.RequestUri} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n"
            + $"Transfer-Encoding: chunked\r\nContent-Type: {request.Content!.Headers.ContentType}\r\n\r\nzz\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(request, await reader.ReadToEndAsync());
    }

    private static HttpResponseMessage Parse(HttpRequestMessage request, string text)
    {
        var (head, body) = text.Split("\r\n\r\n", 2) is [var first, var rest] ? (first.Split("\r\n"), rest) : ([text], "");
        if (head.Contains("Transfer-Encoding: chunked"))
            body = string.Concat(body.Split("\r\n").Where((_, i) => i % 2 == 1));
        var answer = new HttpResponseMessage((HttpStatusCode)int.Parse(head[0].Split(' ')[1], CultureInfo.InvariantCulture))
        {
            RequestMessage = request,
            Content = new StringContent(body),
        };
        answer.Content.Headers.Clear();
        foreach (var (name, value) in head.Skip(1).Select(line => line.Split(": ", 2)).Select(line => (line[0], line[1])))
        {
            if (!answer.Headers.TryAddWithoutValidation(name, value))
                answer.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return answer;
    }
}
