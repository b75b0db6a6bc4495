namespace Aigc.Api.Tests;

/// <summary>Reads server-sent events off an answer. Comments are events without a name.</summary>
internal sealed class EventReader : IDisposable
{
    // Long past any real wait: a test that is wrong fails here and does not hang.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _reader;

    private EventReader(HttpResponseMessage answer, Stream body) => (_answer, _reader) = (answer, new StreamReader(body));

    public sealed record Event(string Name, string Id, string Data);

    public static async Task<EventReader> OpenAsync(HttpClient client, string id, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/generations/{id}/events");
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((200, "text/event-stream"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return new EventReader(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<Event?> NextAsync()
    {
        var (name, id, data) = ("", "", "");
        while (await _reader.ReadLineAsync().WaitAsync(_limit) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else if (line.Length == 0)
                return new Event(name, id, data);
        }

        return null;
    }

    /// <summary>Events up to one of a name, it included, without comments.</summary>
    public async Task<List<Event>> UntilAsync(string name)
    {
        var events = new List<Event>();
        while (events.Count == 0 || events[^1].Name != name)
        {
            var next = await NextAsync() ?? throw new InvalidOperationException($"no '{name}' after {string.Join(',', events.Select(e => e.Name))}");
            if (next.Name.Length > 0)
                events.Add(next);
        }

        return events;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _answer.Dispose();
    }
}
