using System.Text;

namespace Aigc.EndToEnd.Tests.Serve;

/// <summary>Requests that no client should send, drawn from a seed, as the bytes that go over the connection.</summary>
internal sealed class HostileRequests(int seed)
{
    private static readonly string[] _paths =
    [
        "/", "/web/page.js", "/healthz", "/readyz", "/api/generations", "/api/generations/x", "/api/generations/x/events",
        "/api/generations/x/cancel", "/api/artifacts", "/api/artifacts/pictures/a.png", "/v1/models", "/v1/models/x",
        "/v1/images/generations", "/v1/images/edits", "/v1/nothing", "/nothing",
    ];

    private static readonly string[] _methods =
    [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "G\u0001T", "", "GET GET", "BREW",
    ];

    private static readonly string[] _traversals =
    [
        "../../etc/passwd", "..%2F..%2Fetc%2Fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%252f..%252fetc", "..\\..\\etc", "%5c..%5c..", "....//....//",
        "/etc/passwd", "//etc/passwd", "%2Fetc%2Fpasswd", "pictures/%00.png", "pictures/..%c0%af..%c0%afetc", "C:/Windows/win.ini", "jobs/x/accepted",
        "pictures/../jobs/x", "%", "%zz", "a%0d%0aSet-Cookie:x", "\u202e", "pictures/" + "a/b/" + "..", "nul", "~root", ".ref", "-", ".",
    ];

    private static readonly string[] _types =
    [
        "application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=", "image/png",
        "multipart/form-data; boundary=\"a b", "application/json; charset=utf-7", "application/json; charset=utf-16", "/", "a/b;c", "application/xml",
    ];

    private static readonly string[] _headers =
    [
        "Content-Encoding: gzip", "Content-Encoding: br, br, br", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: identity",
        "Expect: 200-ok", "Range: bytes=9-1", "Range: bytes=0-0,1-1,2-2,-", "Range: bytes=-99999999999999999999", "Range: lines=1", "If-None-Match: \"",
        "If-None-Match: W/W/\"a\"", "If-Match: *", "Last-Event-ID: \u00ff", "Last-Event-ID: 1:2:3:4", "Idempotency-Key: ", "Cookie: a=b; c",
        "Authorization: Bearer", "Authorization: Basic ====", "x-api-key: x", "Origin: null", "Origin: http://other.example", "Host: elsewhere.example",
        "Upgrade: websocket", "Connection: upgrade, close", "Content-Length: 1", "Content-Length: -1", "Content-Length: 18446744073709551616",
        ": no name", "no colon", "Bad Name: x", "X-Null: a\0b", "Accept: */*;q=two", "X-Forwarded-For: 1.2.3.4", "X-HTTP-Method-Override: DELETE",
    ];

    private static readonly string[] _chunks = ["ffffffff\r\nx", "5\r\nab", "-1\r\n", "zz\r\n", "1;a=b\r\nxx\r\n0\r\n\r\n"];

    private readonly Random _random = new(seed);

    /// <summary>Draws the next one.</summary>
    public HostileRequest Next() => _random.Next(8) switch
    {
        0 => Garbage(),
        1 => Request(One(_methods), One(_paths), body: One(["", "{}", "x"])),
        2 => Request("GET", $"/api/artifacts/{One(_traversals)}", body: ""),
        3 => Request("POST", One(["/api/generations", "/v1/images/generations"]), Bomb(), "application/json"),
        4 => Request("POST", One(["/api/artifacts", "/v1/images/edits", "/api/generations"]), Body(), One(_types)),
        5 => Huge(),
        6 => Request(One(["GET", "POST"]), $"{One(_paths)}?{Query()}", body: "{}", "application/json"),
        _ => Request(One(["GET", "POST", "DELETE"]), One(_paths), Body(), One(_types), One(_headers), One(_headers)),
    };

    private HostileRequest Request(string method, string target, string body, string? type = null, params string[] headers)
    {
        var text = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        // One in ten names no host, or names it twice.
        if (_random.Next(10) > 0)
            text.Append("Host: 127.0.0.1\r\n");
        foreach (var header in headers)
            text.Append(header).Append("\r\n");
        if (type is not null)
            text.Append("Content-Type: ").Append(type).Append("\r\n");
        var length = Encoding.Latin1.GetByteCount(body);
        // Some say more or less than they send.
        var said = _random.Next(12) == 0 ? length + _random.Next(-2, 3) : length;
        text.Append("Connection: close\r\nContent-Length: ").Append(said).Append("\r\n\r\n").Append(body);
        return new HostileRequest(Encoding.Latin1.GetBytes(text.ToString()), IsWhole: said <= length);
    }

    private HostileRequest Garbage()
    {
        var bytes = new byte[_random.Next(1, 400)];
        _random.NextBytes(bytes);
        string[] starts = ["", "GET / HTTP/9.9\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\u0016\u0003\u0001\u0002", "GET /\r\n\r\n", "\r\n\r\n\r\n"];
        return new HostileRequest([.. Encoding.Latin1.GetBytes(One(starts)), .. bytes], IsWhole: false);
    }

    private HostileRequest Huge() => _random.Next(4) switch
    {
        0 => Request("GET", One(_paths), "", null, $"X-Long: {new string('a', _random.Next(20_000, 200_000))}"),
        1 => Request("GET", One(_paths), "", null, [.. Enumerable.Range(0, _random.Next(90, 400)).Select(i => $"X-{i}: {i}")]),
        2 => Request("GET", $"{One(_paths)}?{new string('q', _random.Next(5_000, 60_000))}", ""),
        _ => new HostileRequest(
            Encoding.Latin1.GetBytes($"POST {One(_paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n{One(_chunks)}"),
            IsWhole: false),
    };

    private string Bomb() => _random.Next(8) switch
    {
        0 => new string('[', _random.Next(100, 50_000)),
        1 => string.Concat(Enumerable.Repeat("{\"a\":", _random.Next(60, 5_000))) + "1",
        2 => $$"""{"prompt":"{{new string('a', _random.Next(16_000, 400_000))}}"}""",
        3 => $$"""{"prompt":"a","n":{{new string('9', _random.Next(1, 4_000))}}}""",
        4 => $$"""{"prompt":"a",{{string.Join(',', Enumerable.Range(0, _random.Next(1, 5_000)).Select(i => $"\"f{i}\":0"))}}}""",
        5 => """{"prompt":"a","prompt":"b","seed":1e-400,"width":0.5,"plan":["fused"]}""",
        6 => """{"prompt":"\ud800\udc00\ud800","negativePrompt":"\u0000"}""",
        _ => $$"""{"prompt":"a","image":"artifact:v1:{{One(_traversals).Replace("\\", "\\\\", StringComparison.Ordinal)}}","strength":-0.0}""",
    };

    private string Body() => _random.Next(5) switch
    {
        0 => "",
        1 => Bomb(),
        2 => $"\u0089PNG\r\n\u001a\n\0\0\0\rIHDR{new string('\u00ff', _random.Next(0, 64))}",
        3 => "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"../../a.png\"\r\n\r\nx\r\n--b",
        _ => new string((char)_random.Next(256), _random.Next(1, 4_000)),
    };

    private string Query() => One(
        ["wait=-1", "wait=1e9", "wait=0&wait=0", "limit=%00", "after=%ff%fe", "state=%E2%80%AE", "limit=2147483648", "artifacts=maybe", "a[]=b", "&&&&", "%"]);

    private T One<T>(T[] of) => of[_random.Next(of.Length)];
}
